"""`livetrain jobs …`: what the page does, from the shell. Rule: the server decides; this only asks."""

import json
from typing import Annotated, Any

import typer

from app.command.address import with_server
from app.command.server import Server
from app.command.words import FAILED, parse_assignments, refuse

jobs = typer.Typer(no_args_is_help=True, help="List, watch and steer the jobs of a running server.")

ANY_ID = {"ignore_unknown_options": True}  # an id may begin with a hyphen
JobId = Annotated[str, typer.Argument(metavar="ID", help="The job's id, or its beginning.")]
Fields = Annotated[
    list[str],
    typer.Argument(metavar="KEY=VALUE...", help="Fields of the config, such as learning_rate=0.05."),
]
AsJson = Annotated[bool, typer.Option("--json", help="What the API answers, for scripts.")]


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _asked(server: Server, job_id: str, action: str, body: Any = None) -> None:
    """Ask for `action`, and say how the job stood when the server took the wish."""
    job = server.ask("POST", f"/jobs/{server.find(job_id)}/{action}", body)
    typer.echo(f"{job['id']}: {action} asked for; the job is {job['status']}.")


def _created(job: dict[str, Any]) -> None:
    """The id alone on the standard output, so that a script can keep it."""
    typer.echo(job["id"])
    typer.echo(f"{job['name']}: {job['status']}", err=True)


@jobs.command("list")
@with_server
def show_list(
    server: Server,
    *,
    status: Annotated[list[str] | None, typer.Option(help="Only jobs of this status; may repeat.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many, newest first.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List jobs, named by what differs among them."""
    from app.command.table import show_jobs

    found = server.jobs(limit, **({"status": status} if status else {}))
    if as_json:
        _print_json(found)
    elif found:
        show_jobs(found)
    else:
        typer.echo("There are no such jobs." if status else "There are no jobs yet.", err=True)


@jobs.command(context_settings=ANY_ID)
@with_server
def show(server: Server, *, job_id: JobId, as_json: AsJson = False) -> None:
    """Show one job: config, state, scores, checkpoints."""
    from app.command.details import show_job

    found = server.find(job_id)
    job = server.ask("GET", f"/jobs/{found}")
    if as_json:
        _print_json(job)
    else:
        show_job(job, server.ask("GET", f"/jobs/{found}/checkpoints"))


@jobs.command(context_settings=ANY_ID)
@with_server
def watch(
    server: Server,
    *,
    job_id: JobId,
    from_now: Annotated[bool, typer.Option("--from-now", help="Leave out what was before.")] = False,
) -> None:
    """Watch a job learn until it ends. Ctrl-C leaves; the job goes on."""
    from app.command.watch import watch_job

    watch_job(server, server.find(job_id), from_now=from_now)


@jobs.command()
@with_server
def create(server: Server, *, words: Fields) -> None:
    """Queue a training; prints its id."""
    _created(server.ask("POST", "/jobs", parse_assignments(words)))


@jobs.command(context_settings=ANY_ID)
@with_server
def pause(server: Server, *, job_id: JobId) -> None:
    """Let a job hold after its step."""
    _asked(server, job_id, "pause")


@jobs.command(context_settings=ANY_ID)
@with_server
def resume(server: Server, *, job_id: JobId) -> None:
    """Let a paused job go on, or one that ended start again from its last checkpoint."""
    _asked(server, job_id, "resume")


@jobs.command(context_settings=ANY_ID)
@with_server
def step(server: Server, *, job_id: JobId) -> None:
    """Let a paused job do one update."""
    _asked(server, job_id, "step")


@jobs.command(context_settings=ANY_ID)
@with_server
def stop(
    server: Server,
    *,
    job_id: JobId,
    save: Annotated[
        bool, typer.Option(" /--no-save", help="Without a checkpoint first.", show_default=False)
    ] = True,
) -> None:
    """Stop a job, with a checkpoint to go on from."""
    _asked(server, job_id, "stop", None if save else {"save": False})


@jobs.command(context_settings=ANY_ID)
@with_server
def adjust(server: Server, *, job_id: JobId, words: Fields) -> None:
    """Change a job while it trains: learning_rate, weight_decay, dropout, epochs."""
    _asked(server, job_id, "adjust", parse_assignments(words))


@jobs.command(context_settings=ANY_ID)
@with_server
def fork(
    server: Server,
    *,
    job_id: JobId,
    words: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE...", help="What changes.")] = None,
    at_step: Annotated[int | None, typer.Option(help="From the last checkpoint up to here.")] = None,
) -> None:
    """Start a new job from a checkpoint of another, with changes; prints its id."""
    body = {"changes": parse_assignments(words or []), **({} if at_step is None else {"at_step": at_step})}
    _created(server.ask("POST", f"/jobs/{server.find(job_id)}/fork", body))


@jobs.command(context_settings=ANY_ID)
@with_server
def move(
    server: Server,
    *,
    job_id: JobId,
    position: Annotated[int, typer.Argument(metavar="POSITION", help="From 1, the next one.")],
) -> None:
    """Move a queued job in the queue."""
    job = server.ask("PATCH", f"/jobs/{server.find(job_id)}", {"queue_position": position})
    typer.echo(f"{job['id']}: now at {job['queue_position']} in the queue.")


@jobs.command(context_settings=ANY_ID)
@with_server
def delete(
    server: Server,
    *,
    job_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, or their beginnings.")],
) -> None:
    """Delete jobs that have ended, with their logs and checkpoints."""
    refused = []
    for job_id in dict.fromkeys([server.find(each) for each in job_ids]):  # all found before one is gone
        sentences = server.try_to("DELETE", f"/jobs/{job_id}")
        refused += [f"{job_id}: {sentence}" for sentence in sentences]
        if not sentences:
            typer.echo(f"{job_id}: deleted.")
    if refused:
        refuse(refused, FAILED)


@jobs.command(context_settings=ANY_ID)
@with_server
def checkpoints(server: Server, *, job_id: JobId) -> None:
    """List a job's checkpoints."""
    from app.command.table import show_checkpoints

    show_checkpoints(server.ask("GET", f"/jobs/{server.find(job_id)}/checkpoints"))
