"""How the product itself is: health by parts, and figures for Prometheus."""
