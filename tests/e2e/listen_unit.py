#!/usr/bin/env python3
"""listen_unit.py - the listener as a service of systemd, without systemd: the
sockets it is passed, the credentials it is given, what it tells when it is
ready, alive and stopping; and the units themselves, as systemd-analyze judges
them (it says so when there is none).

usage: listen_unit.py HVCONSOLE
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys

from wire import Line, Sub, thing
from world import expect, tell

HERE = os.path.dirname(os.path.abspath(__file__))
UNITS = os.path.join(HERE, '..', '..', 'packaging', 'systemd')
SERVICE = 'hvconsole-listener.service'
SOCKET = 'hvconsole-listener.socket'
EXPOSURE = 2.0    # systemd-analyze's scale: 0 to 10

HARDENING = '''NoNewPrivileges=yes CapabilityBoundingSet= ProtectSystem=strict ProtectHome=yes
PrivateTmp=yes PrivateDevices=yes ProtectProc=invisible ProtectKernelTunables=yes
ProtectKernelModules=yes ProtectKernelLogs=yes RestrictNamespaces=yes RestrictSUIDSGID=yes
LockPersonality=yes MemoryDenyWriteExecute=yes SystemCallErrorNumber=EPERM LimitCORE=0
LimitMEMLOCK=4M LimitNOFILE=4096 MemorySwapMax=0 TasksMax=16 UMask=0027 Type=notify
StateDirectoryMode=0750'''.split()


class Manager:
    """The few words of a service manager: sockets passed, messages received."""

    def __init__(self, world):
        self.world = world
        self.path = world.path('notify')
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notify.bind(self.path)
        self.notify.settimeout(60)
        self.door = socket.create_server(('127.0.0.1', 0), backlog=64)

    def start(self, credentials, cert):
        """As the unit does: the door is descriptor 3 of the process itself."""
        environ = {k: v for k, v in self.world.environ.items()
                   if k != 'HVCONSOLE_PASSPHRASE_FILE'}
        environ.update(NOTIFY_SOCKET=self.path, LISTEN_FDS='1', WATCHDOG_USEC='6000000',
                       CREDENTIALS_DIRECTORY=credentials)
        door = self.door.fileno()

        def pass_door():
            os.dup2(door, 3, inheritable=True)

        process = subprocess.Popen(
            ['/bin/sh', '-c', 'export LISTEN_PID=$$ WATCHDOG_PID=$$; exec "$@"', 'sh',
             self.world.binary, 'listen', '--cert', cert,
             '--key', os.path.join(credentials, 'tls.key')],
            env=environ, pass_fds=[3], stdin=subprocess.DEVNULL, preexec_fn=pass_door)
        self.world.children.append(process)
        return process

    def wait_for(self, word):
        """The first message with that line; those before it are dropped."""
        while True:
            try:
                text = self.notify.recv(4096).decode()
            except socket.timeout:
                expect(False, 'the service never tells %s' % word)
            if word in text.split('\n'):
                return text


def service(world):
    world.listener.send_signal(signal.SIGTERM)
    world.listener.wait(60)
    credentials = world.path('credentials')
    os.mkdir(credentials, 0o700)
    world.json('keystore', 'slot', 'add', '--verify', '--key-out',
               os.path.join(credentials, 'hvks-keyfile'))
    cert = world.path('tls.crt')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-nodes', '-keyout',
                    os.path.join(credentials, 'tls.key'), '-out', cert, '-days', '2', '-subj',
                    '/CN=localhost'], check=True, capture_output=True)
    manager = Manager(world)
    world.port = manager.door.getsockname()[1]
    return manager, credentials, cert


def post(world, sub, number):
    body = sub.body(thing(number))
    with Line(world.port) as line:
        line.send(sub.request(body))
        return line.answer()[0]


def as_service(world, sub):
    manager, credentials, cert = service(world)
    process = manager.start(credentials, cert)
    text = manager.wait_for('READY=1')
    expect('MAINPID=%d' % process.pid in text and ':%d' % world.port in text, text)
    expect(post(world, sub, 1) == 200, 'it does not serve the socket it was passed')
    status = world.json('status')['listener']
    expect(status['pid'] == process.pid and str(world.port) in status['listening'], str(status))
    for _ in range(2):
        manager.wait_for('WATCHDOG=1')

    # A restart: who knocks meanwhile waits at the door and is served.
    process.send_signal(signal.SIGTERM)
    manager.wait_for('STOPPING=1')
    expect(process.wait(60) == 0, 'it ended with %d' % process.returncode)
    knocking = socket.create_connection(('127.0.0.1', world.port), 60)
    process = manager.start(credentials, cert)
    manager.wait_for('READY=1')
    with Line(world.port, raw=knocking) as line:
        line.send(sub.request(sub.body(thing(2))))
        expect(line.answer()[0] == 200, 'who knocked during a restart was not served')
    rows = world.json('log', 'list')['items']
    expect([r['verdict'] for r in rows] == ['verified'] * 2, str(rows))
    process.send_signal(signal.SIGTERM)
    expect(process.wait(60) == 0, 'it ended with %d' % process.returncode)
    print('as a service: ready, alive, stopped and started again with its door open')


def units(world):
    with open(os.path.join(UNITS, SERVICE), encoding='utf-8') as f:
        text = f.read()
    lines = text.split('\n')
    for word in HARDENING:
        expect(word in lines, '%s lacks %s' % (SERVICE, word))
    for name in ('hvks-keyfile', 'tls.key'):
        expect('LoadCredential=%s:' % name in text, '%s does not load %s' % (SERVICE, name))
    program = re.search(r'^ExecStart=(\S+) (.*)$', text, re.M)
    given = [w for w in program.group(2).split() if w.startswith('--')]
    out, _ = world.run('commands', '-o', 'json')
    for word in given:
        expect('"%s"' % word in out or word in ('--config', '--keystore', '--store'),
               'there is no flag %s' % word)
    if not shutil.which('systemd-analyze'):
        print('skipped: the units are not judged, there is no systemd-analyze here')
        return
    place = world.path('units')
    os.mkdir(place)
    shutil.copy(os.path.join(UNITS, SOCKET), place)
    with open(os.path.join(place, SERVICE), 'w', encoding='utf-8') as f:
        f.write(text.replace(program.group(1), world.binary))
    environ = dict(os.environ, SYSTEMD_UNIT_PATH=place + ':/lib/systemd/system')
    files = [os.path.join(place, SERVICE), os.path.join(place, SOCKET)]
    p = subprocess.run(['systemd-analyze', 'verify', '--man=no', *files], env=environ,
                       capture_output=True, text=True, timeout=120)
    expect(p.returncode == 0 and 'hvconsole' not in p.stderr, p.stderr)
    p = subprocess.run(['systemd-analyze', 'security', '--offline=true', files[0]], env=environ,
                       capture_output=True, text=True, timeout=120)
    m = re.search(r'Overall exposure level for \S+: ([\d.]+)', p.stdout)
    expect(m, 'no judgement: %s%s' % (p.stdout, p.stderr))
    print('systemd-analyze: exposure %s of 10' % m.group(1))
    expect(float(m.group(1)) <= EXPOSURE, 'the unit is too open')


def story(world):
    world.up()
    sub = Sub(world)
    as_service(world, sub)
    units(world)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
