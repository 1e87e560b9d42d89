"""A job that is watched is deleted, beside the one that trains."""

import orjson
from websockets.sync.client import connect

from ml.checkpoint_files import checkpoints_in
from tests.chaos.faults import fault
from tests.chaos.scene import Scene

SHORT = {"epochs": 100_000, "hidden_sizes": [8], "batch_size": 20}


@fault("watched job deleted")
def deleted(scene: Scene) -> None:
    """Refused while it trains; afterwards it is gone for everybody, files too."""
    job_id = scene.product.create(**SHORT)["id"]
    address = f"{scene.product.url.replace('http', 'ws', 1)}/api/stream"
    with connect(address, max_size=None, compression=None) as feed, scene.product.stream(job_id) as watched:
        scene.product.wait(job_id, "running", seconds=60)
        refused = scene.ask("DELETE", f"/api/jobs/{job_id}")
        assert refused is not None
        assert refused.status_code == 409, refused.text
        scene.ask("POST", f"/api/jobs/{job_id}/stop")
        scene.product.wait(job_id, "stopped", seconds=60)
        for frame in watched:
            assert orjson.loads(frame)
        assert watched.close_code in (1000, 4410), watched.close_code
        gone = scene.ask("DELETE", f"/api/jobs/{job_id}")
        assert gone is not None
        assert gone.status_code == 204, gone.text
        while {"id": job_id, "deleted": True} not in orjson.loads(feed.recv(timeout=20)):
            pass
    folder = checkpoints_in(scene.product.data_directory, job_id)
    scene.until(lambda: not folder.exists(), 20, "its checkpoints to be gone")
