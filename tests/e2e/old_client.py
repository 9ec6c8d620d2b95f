"""old_client.py - an application of its own for tests: a certificate made with
openssl, a session opened as old SDKs did, calls with a user token. Shares
nothing with hvconsole."""
import base64
import hashlib
import hmac
import http.client
import re
import ssl
import subprocess
import time
import urllib.parse
import uuid

from world import expect


class OldClient:
    def __init__(self, world, action_url):
        self.app_id = str(uuid.uuid4())
        self.platform = urllib.parse.urlsplit(world.sandbox['platform'])
        self.context = ssl.create_default_context(cafile=world.sandbox['ca'])
        self.key, self.cert = world.path('old.key'), world.path('old.pem')
        self.openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', self.key,
                     '-out', self.cert, '-days', '2', '-subj', '/CN=WildcatApp-' + self.app_id)
        world.run('sandbox', 'app', 'add', '--app-id', self.app_id, '--cert', self.cert,
                  '--action-url', action_url)
        self.open_session()

    def openssl(self, *args, stdin=None):
        return subprocess.run(['openssl', *args], input=stdin, check=True,
                              capture_output=True).stdout

    def post(self, body):
        c = http.client.HTTPSConnection(self.platform.netloc, context=self.context, timeout=60)
        try:
            c.request('POST', self.platform.path, body=body, headers={'Content-Type': 'text/xml'})
            answer = c.getresponse()
            expect(answer.status == 200, 'HTTP %d' % answer.status)
            return answer.read().decode()
        finally:
            c.close()

    def now(self):
        return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())

    def open_session(self):
        content = ('<content><app-id>%s</app-id><hmac>HMACSHA256</hmac><signing-time>%s'
                   '</signing-time></content>' % (self.app_id, self.now()))
        sig = base64.b64encode(self.openssl('dgst', '-sha1', '-sign', self.key,
                                            stdin=content.encode())).decode()
        der = self.openssl('x509', '-in', self.cert, '-outform', 'DER')
        answer = self.post(
            '<wc-request:request xmlns:wc-request="urn:com.microsoft.wc.request"><header>'
            '<method>CreateAuthenticatedSessionToken</method><method-version>2</method-version>'
            '<app-id>%s</app-id><language>en</language><country>US</country><msg-time>%s'
            '</msg-time><msg-ttl>1800</msg-ttl><version>1.0.0.0</version></header><info>'
            '<auth-info><app-id>%s</app-id><credential><appserver2><sig digestMethod="SHA1" '
            'sigMethod="RSA-SHA1" thumbprint="%s">%s</sig>%s</appserver2></credential>'
            '</auth-info></info></wc-request:request>'
            % (self.app_id, self.now(), self.app_id, hashlib.sha1(der).hexdigest().upper(), sig,
               content))
        found = re.search(r'<token [^>]*>([^<]+)</token><shared-secret>([^<]+)<', answer)
        expect(found, 'no session: %s' % answer)
        self.token, self.secret = found.group(1), base64.b64decode(found.group(2))

    def call(self, method, version, user_token, info='<info/>'):
        """A call of the person who has user_token; (code, answer)."""
        digest = base64.b64encode(hashlib.sha256(info.encode()).digest()).decode()
        header = ('<header><method>%s</method><method-version>%d</method-version><auth-session>'
                  '<auth-token>%s</auth-token><user-auth-token>%s</user-auth-token>'
                  '</auth-session><language>en</language><country>US</country><msg-time>%s'
                  '</msg-time><msg-ttl>1800</msg-ttl><version>1.0.0.0</version><info-hash>'
                  '<hash-data algName="SHA256">%s</hash-data></info-hash></header>'
                  % (method, version, self.token, user_token, self.now(), digest))
        mac = base64.b64encode(hmac.new(self.secret, header.encode(),
                                        hashlib.sha256).digest()).decode()
        answer = self.post(
            '<wc-request:request xmlns:wc-request="urn:com.microsoft.wc.request"><auth><hmac-data '
            'algName="HMACSHA256">%s</hmac-data></auth>%s%s</wc-request:request>'
            % (mac, header, info))
        return int(re.search(r'<code>(\d+)</code>', answer).group(1)), answer
