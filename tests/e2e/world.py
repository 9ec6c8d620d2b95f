"""world.py - a world of its own for an end-to-end test: temporary places, the
real binary, a sandbox, a listener. Knows the command line, nothing inside."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile

PASSPHRASE = 'correct horse battery staple'
ACTION_URL = 'https://localhost:8443/hv/'


class Failed(Exception):
    """The story went another way; the text says where."""


def expect(condition, text):
    if not condition:
        raise Failed(text)


class World:
    def __init__(self, binary, env='ppe'):
        self.binary = os.path.abspath(binary)
        self.env_word = env
        self.dir = tempfile.mkdtemp(prefix='hvw')
        os.chmod(self.dir, 0o700)
        self.environ = {k: v for k, v in os.environ.items()
                        if not k.startswith(('XDG_', 'HVCONSOLE_'))}
        for name in ('CONFIG', 'DATA', 'STATE'):
            self.environ['XDG_%s_HOME' % name] = os.path.join(self.dir, name.lower())
        self.environ['HOME'] = self.dir
        self.store = os.path.join(self.dir, 'state', 'hvconsole')
        self.passfile = self.path('pass')
        with open(self.passfile, 'w', encoding='utf-8') as f:
            f.write(PASSPHRASE + '\n')
        os.chmod(self.passfile, 0o600)
        self.environ['HVCONSOLE_PASSPHRASE_FILE'] = self.passfile
        self.children = []
        self.listener = None

    def path(self, name):
        return os.path.join(self.dir, name)

    def run(self, *args, want=0, stdin=None):
        """Run hvconsole; returns (stdout, stderr). want=None takes any exit."""
        p = subprocess.run([self.binary, *args], env=self.environ, input=stdin,
                           stdin=None if stdin is not None else subprocess.DEVNULL,
                           capture_output=True, text=True, timeout=120)
        if want is not None and p.returncode != want:
            raise Failed('hvconsole %s: exit %d, wanted %d\n%s%s'
                         % (' '.join(args), p.returncode, want, p.stdout, p.stderr))
        self.status = p.returncode
        return p.stdout, p.stderr

    def json(self, *args, want=0):
        out, err = self.run(*args, '-o', 'json', want=want)
        try:
            return json.loads(out)
        except ValueError as e:
            raise Failed('%s: no JSON: %r %r (%s)' % (' '.join(args), out, err, e))

    def error(self, *args, want):
        """Run something that must fail; returns the JSON error object."""
        _, err = self.run(*args, '-o', 'json', want=want)
        return json.loads(err.strip().splitlines()[-1])['error']

    def serve(self, *args):
        """Start a foreground server; returns (process, its ready line)."""
        r, w = os.pipe()
        p = subprocess.Popen([self.binary, *args, '--ready-fd', str(w)], env=self.environ,
                             pass_fds=[w], stdin=subprocess.DEVNULL)
        os.close(w)
        self.children.append(p)
        with os.fdopen(r, encoding='utf-8') as f:
            line = f.readline()
        expect(line, '%s did not become ready' % ' '.join(args))
        return p, json.loads(line)

    def up(self, listen=True):
        """Keystore, sandbox, profile, application and (maybe) listener."""
        self.run('keystore', 'init')
        self.serve('sandbox', 'up', '--port', '0', '--env', self.env_word)
        self.sandbox = self.json('sandbox', 'status')
        cert = self.path('app.pem')
        self.profile = self.json(
            'profile', 'add', 'test', '--platform', self.sandbox['platform'], '--shell',
            self.sandbox['shell'], '--env', self.env_word, '--action-url', ACTION_URL,
            '--ca', self.sandbox['ca'], '--cert-out', cert)
        self.run('sandbox', 'app', 'add', '--app-id', self.profile['app_id'], '--cert', cert,
                 '--action-url', ACTION_URL)
        if listen:
            self.listen()

    def listen(self, *args):
        self.listener, ready = self.serve('listen', '--addr', '127.0.0.1:0', *args)
        self.url = ready['listening']
        self.port = int(self.url.rsplit(':', 1)[1].strip('/'))

    def notify_url(self, path='/hv/notify'):
        return 'https://localhost:%d%s' % (self.port, path)

    def post(self, header, body, path='/hv/notify'):
        """One POST on a connection of its own; returns the HTTP status."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        c = http.client.HTTPSConnection('127.0.0.1', self.port, timeout=30, context=context)
        try:
            headers = {'Content-Type': 'text/xml'}
            if header is not None:
                headers['Authorization'] = header
            c.request('POST', path, body=body, headers=headers)
            return c.getresponse().status
        finally:
            c.close()

    def close(self):
        for p in self.children:
            if p.poll() is None:
                p.send_signal(signal.SIGTERM)
        for p in self.children:
            try:
                p.wait(20)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


def notification(sub, thing, person='8d4e1f92-66b3-4c1a-8f07-2b9d5e60c3a1',
                 record='c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02'):
    return ('<?xml version="1.0" encoding="utf-8"?><wc:notifications '
            'xmlns:wc="urn:com.microsoft.wc.notification"><notification><common>'
            '<subscription-id>%s</subscription-id></common><record-change-notification>'
            '<person-id>%s</person-id><record-id>%s</record-id><things><thing>'
            '<thing-id>%s</thing-id></thing></things></record-change-notification>'
            '</notification></wc:notifications>' % (sub, person, record, thing)).encode()


def sign(key, sub, version, body):
    mac = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()
    return 'HVEventingSharedKey %s:%s:%s' % (sub, version, mac)


def tell(story, binary):
    """Run one story in a world of its own; the exit code of the test."""
    world = World(binary)
    try:
        story(world)
        return 0
    except Failed as e:
        print('FAILED: %s' % e, file=sys.stderr)
        return 1
    finally:
        world.close()
