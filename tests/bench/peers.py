"""peers.py - the servers that the listener is measured beside: each takes the
same POST over the same TLS key and answers 200. Knows nothing of goals."""
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def wait_port(port, process):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if process.poll() is not None:
            return False
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return True
        except OSError:
            time.sleep(0.05)
    return False


def make_cert(folder):
    cert, key = os.path.join(folder, 'tls.crt'), os.path.join(folder, 'tls.key')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt',
                    'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert,
                    '-days', '2', '-subj', '/CN=localhost', '-addext',
                    'subjectAltName=DNS:localhost,IP:127.0.0.1'],
                   check=True, capture_output=True)
    return cert, key


class Peer:
    """A running server: name, URL to POST to, header that authenticates."""

    def __init__(self, name, argv, port, path, header, cwd=None):
        self.name = name
        self.url = 'https://127.0.0.1:%d%s' % (port, path)
        self.header = header      # 'ours', 'hex' (X-Signature: sha256=...)
        self.process = subprocess.Popen(argv, cwd=cwd, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.is_up = wait_port(port, self.process)

    def close(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def nginx(folder, cert, key, _secret):
    port = free_port()
    conf = os.path.join(folder, 'nginx.conf')
    with open(conf, 'w', encoding='utf-8') as f:
        f.write('''daemon off; pid %(d)s/nginx.pid; error_log %(d)s/nginx.err; worker_processes auto;
events { worker_connections 2048; }
http { access_log off; client_body_temp_path %(d)s/t1; proxy_temp_path %(d)s/t2; fastcgi_temp_path %(d)s/t3;
 uwsgi_temp_path %(d)s/t4; scgi_temp_path %(d)s/t5; keepalive_requests 1000;
 server { listen 127.0.0.1:%(p)d ssl backlog=1024; ssl_certificate %(c)s; ssl_certificate_key %(k)s;
  ssl_protocols TLSv1.2 TLSv1.3; location / { return 200; } } }
''' % {'d': folder, 'p': port, 'c': cert, 'k': key})
    return Peer('nginx', ['nginx', '-c', conf, '-p', folder], port, '/n', 'ours')


def webhook(folder, cert, key, secret):
    port = free_port()
    hooks = os.path.join(folder, 'hooks.json')
    with open(hooks, 'w', encoding='utf-8') as f:
        json.dump([{'id': 'n', 'execute-command': '/bin/true',
                    'include-command-output-in-response': True,
                    'trigger-rule': {'match': {
                        'type': 'payload-hmac-sha256', 'secret': secret,
                        'parameter': {'source': 'header', 'name': 'X-Signature'}}}}], f)
    return Peer('webhook', ['webhook', '-hooks', hooks, '-ip', '127.0.0.1', '-port', str(port),
                            '-secure', '-cert', cert, '-key', key], port, '/hooks/n', 'hex')


def python_server(folder, cert, key, secret):
    port = free_port()
    return Peer('python', [sys.executable, os.path.join(HERE, 'peer_python.py'), str(port), cert,
                           key, secret, os.path.join(folder, 'py.db')], port, '/n', 'hex')


def node(folder, cert, key, secret):
    port = free_port()
    return Peer('node', ['node', os.path.join(HERE, 'peer_node.js'), str(port), cert, key, secret,
                         os.path.join(folder, 'node.log')], port, '/n', 'hex')


PEERS = [('nginx', nginx), ('webhook', webhook), ('python3', python_server), ('node', node)]


def start_all(folder, cert, key, secret):
    """Those that are installed and come up; says which are missing."""
    running, missing = {}, []
    for program, start in PEERS:
        if not shutil.which(program):
            missing.append('%s is not installed' % program)
            continue
        peer = start(folder, cert, key, secret)
        if peer.is_up:
            running[peer.name] = peer
        else:
            missing.append('%s did not come up' % program)
            peer.close()
    return running, missing


def insecure():
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
