"""Serves the hub: one process on gevent, HTTP and HTTPS, until SIGTERM or Ctrl-C.

Whatever keeps it from starting is one line on standard error with the remedy, and exit code 2.
"""

from __future__ import annotations

import gc
import os
import signal
import sys

import gevent
import structlog
from flask import Flask
from gevent.event import Event

from server import create_app
from server.assemble import StartupProblem, prepare_instance
from server.demo import ensure_demo
from server.hub import Hub, Job
from server.serving import announce, certificates, listeners
from server.serving.addresses import lan_addresses
from server.serving.instance_lock import InstanceLock
from server.serving.turnstile import Turnstile
from server.serving.waiting import Door, open_patiently
from server.settings import Settings, SettingsProblem
from sync.errors import StoreDamaged

PROBLEM_EXIT_CODE = 2
CERTIFICATE_CHECK_SECONDS = 600.0
# The loop must get the interpreter back soon from threads that compute (the read model): by default they keep it for
# 5 ms each time, and a request that touches the disk or a socket five times waits for it five times.
THREAD_TURN_SECONDS = 0.0005
# A push of 500 makes thousands of objects that end with it. By default Python looks for cycles among them after every
# 700, a tenth of the push's time; and now and then through all objects of all connections, while everybody waits.
COLLECT_AFTER = (20_000, 20, 100)
log = structlog.get_logger("greenlane.serving")


def serve() -> int:
    """Serve with the settings of the environment; returns the exit code."""
    # Databases and their journals are made by libraries: nobody else on this machine may read them.
    os.umask(0o077)
    sys.setswitchinterval(THREAD_TURN_SECONDS)
    listeners.make_room_for_connections()
    try:
        run(Settings.from_environment())
    except (SettingsProblem, StartupProblem, StoreDamaged) as problem:
        print(f"greenlane: {' '.join(str(problem).split())}", file=sys.stderr)
        return PROBLEM_EXIT_CODE
    return 0


def run(settings: Settings) -> None:
    """Open the instance, serve it, and close it after the signal."""
    prepare_instance(settings)
    # Documents on CouchDB: several hubs may serve one instance, which holds accounts, access log and keys.
    with InstanceLock(settings.instance, shared=bool(settings.store)):
        http = listeners.open_listener(settings.bind, settings.port, "GREENLANE_PORT")
        https = None
        if settings.https_port:
            https = listeners.open_listener(settings.bind, settings.https_port, "GREENLANE_HTTPS_PORT")
        told = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, told.set)
        door = Door()
        entrance = Turnstile(door)
        servers = [listeners.HubServer(http, entrance)]
        if https is not None:
            folder = settings.instance / "tls"
            context = certificates.server_context(folder, lan_addresses())
            servers.append(listeners.HubServer(https, entrance, ssl_context=context))
        if not open_patiently(lambda: open_app(settings), door, told, lambda: start(servers)):
            return
        hub: Hub = door.app.extensions["greenlane"]
        if https is not None:
            hub.every(
                CERTIFICATE_CHECK_SECONDS,
                "certificate",
                lambda: certificates.renew(context, folder, lan_addresses()),
            )
        serve_until_told(hub, servers, told)


def open_app(settings: Settings) -> Flask:
    app = create_app(settings)
    if settings.demo:
        ensure_demo(app.extensions["greenlane"])
    return app


def start(servers: list[listeners.HubServer]) -> None:
    for server in servers:
        server.start()


def serve_until_told(hub: Hub, servers: list[listeners.HubServer], told: Event) -> None:
    """Serve until a signal; then let running requests end, and close the files."""
    leave_startup_out_of_collections()
    jobs = [gevent.spawn(come_round, job) for job in hub.jobs]
    announce.announce(hub, [server.server_port for server in servers])
    told.wait()
    log.info("stopping")
    gevent.joinall([gevent.spawn(server.stop, listeners.STOP_SECONDS) for server in servers])
    gevent.killall(jobs)
    hub.close()


def leave_startup_out_of_collections() -> None:
    """What has been opened by now stays until the end: no search for garbage needs to go through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def come_round(job: Job) -> None:
    """Call a job for ever."""
    while True:
        gevent.sleep(job.seconds)
        try:
            job.run()
        except Exception as error:
            log.error("job_failed", job=job.name, exc_info=error)
