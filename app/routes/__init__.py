"""The HTTP and websocket surface; each module is one subject of the contract."""
