"""sdk.py - what the libraries of old HealthVault applications send and how they
read answers, one class each; their quirks, none of their code. Python and the
openssl command alone; shares nothing with hvconsole."""
import base64
import datetime
import gzip
import hashlib
import hmac
import http.client
import re
import ssl
import subprocess
import urllib.parse
import uuid
import xml.etree.ElementTree as ET

from wire import Line
from world import Failed, expect

NS = 'urn:com.microsoft.wc.request'
RESPONSE = 'urn:com.microsoft.wc.methods.response.'
# What the namespace of an answer ends with, where it is not the method's name;
# None: there is no info.
SUFFIX = {
    ('CreateAuthenticatedSessionToken', 2): 'CreateAuthenticatedSessionToken2',
    ('GetThings', 3): 'GetThings3',
    ('GetUpdatedRecordsForApplication', 2): 'GetUpdatedRecordsForApplication2',
    ('GetServiceDefinition', 2): 'GetServiceDefinition2',
    ('UpdateEventSubscription', 1): None,
    ('UnsubscribeToEvent', 1): None,
    ('RemoveThings', 1): None,
    ('RemoveApplicationRecordAuthorization', 1): None,
}


def openssl(*args, stdin=None):
    return subprocess.run(['openssl', *args], input=stdin, check=True, capture_output=True).stdout


class Application:
    """An application of the operator's: an id, a certificate, an action URL."""

    def __init__(self, world, action_url, *more, name='app'):
        self.id = str(uuid.uuid4())
        self.key, self.cert = world.path(name + '.key'), world.path(name + '.pem')
        openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', self.key, '-out',
                self.cert, '-days', '2', '-subj', '/CN=WildcatApp-' + self.id)
        self.told = world.json('sandbox', 'app', 'add', '--app-id', self.id, '--cert', self.cert,
                               '--action-url', action_url, *more)
        der = openssl('x509', '-in', self.cert, '-outform', 'DER')
        self.thumbprint = hashlib.sha1(der).hexdigest()

    def sign(self, content):
        return openssl('dgst', '-sha1', '-sign', self.key, stdin=content.encode())


class Refused(Exception):
    """The platform answered another code than 0."""

    def __init__(self, code, message):
        super().__init__('%d: %s' % (code, message))
        self.code, self.message = code, message


class Sdk:
    """The first .NET library, the one the others copied."""
    name = 'the first .NET library'
    digest, hash_name, hmac_name = hashlib.sha256, 'SHA256', 'HMACSHA256'
    session_version = 2
    path = '/platform/wildcat.ashx'
    headers = {'Content-Type': 'text/xml', 'User-Agent': 'HVNetSDK/1.1.2193.4779'}
    culture = '<language>en</language><country>US</country>'
    ttl = 1800
    label = '1.1.2193.4779; CLR 2.0.50727.8009'
    lead = gap = ''
    empty = '<info />'

    def __init__(self, world, app):
        self.app, self.app_id = app, app.id
        self.platform = urllib.parse.urlsplit(world.sandbox['platform'])
        self.context = ssl.create_default_context(cafile=world.sandbox['ca'])
        self.token = None

    # ---- as it writes ----

    def now(self):
        return self.utc().strftime('%Y-%m-%dT%H:%M:%S.') + '1234567Z'

    def utc(self):
        return datetime.datetime.now(datetime.timezone.utc)

    def encode(self, data):
        return base64.b64encode(data).decode()

    def thumbprint(self):
        return self.app.thumbprint.upper()

    def header(self, method, version, who, record, info_hash):
        parts = ['<method>%s</method>' % method]
        if version:
            parts.append('<method-version>%d</method-version>' % version)
        if record:
            parts.append('<record-id>%s</record-id>' % record)
        parts += [who, self.culture, '<msg-time>%s</msg-time>' % self.now(),
                  '<msg-ttl>%d</msg-ttl>' % self.ttl, '<version>%s</version>' % self.label]
        if info_hash:
            parts.append('<info-hash><hash-data algName="%s">%s</hash-data></info-hash>'
                         % (self.hash_name, info_hash))
        return '<header>%s%s%s</header>' % (self.gap, self.gap.join(parts), self.gap)

    def envelope(self, *parts):
        return ('%s<wc-request:request xmlns:wc-request="%s">%s%s%s</wc-request:request>'
                % (self.lead, NS, self.gap, self.gap.join(parts), self.gap))

    def content(self):
        if self.session_version == 1:
            return ('<content><app-id>%s</app-id><shared-secret><hmac-alg algName="%s">%s'
                    '</hmac-alg></shared-secret></content>'
                    % (self.app_id, self.hmac_name, self.encode(self.secret)))
        return ('<content><app-id>%s</app-id><hmac>%s</hmac><signing-time>%s</signing-time>'
                '</content>' % (self.app_id, self.hmac_name, self.now()))

    def signature(self, content):
        return ('<sig digestMethod="SHA1" sigMethod="RSA-SHA1" thumbprint="%s">%s</sig>'
                % (self.thumbprint(), self.encode(self.app.sign(content))))

    def open_session(self):
        self.token, self.secret = None, self.make_secret()
        content = self.content()
        kind = 'appserver' if self.session_version == 1 else 'appserver2'
        info = self.call('CreateAuthenticatedSessionToken', self.session_version,
                         '<info><auth-info><app-id>%s</app-id><credential><%s>%s%s</%s>'
                         '</credential></auth-info></info>'
                         % (self.app_id, kind, self.signature(content), content, kind))
        token = info.find('token')
        expect(token is not None and token.text, 'no token')
        expect(token.get('app-record-auth-action') is not None, 'no action on the token')
        expect(token.get('app-id').lower() == self.app_id.lower(), token.get('app-id'))
        self.token = token.text
        if self.session_version == 2:
            order = [child.tag for child in info]
            expect(order == ['token', 'shared-secret'], '%r' % order)
            self.secret = base64.b64decode(info.find('shared-secret').text)

    def make_secret(self):
        return b'an old secret of 32 bytes, more or less'[:32]

    def call(self, method, version=1, info=None, record=None, person=None, user=None):
        """Info of the answer, None if it has none; Refused."""
        info = info or self.empty
        if not self.token:
            header = self.header(method, version, '<app-id>%s</app-id>' % self.app_id, record, None)
            return self.read(self.post(self.envelope(header, info)), method, version)
        who = '<auth-session><auth-token>%s</auth-token>' % self.token
        if user:
            who += '<user-auth-token>%s</user-auth-token>' % user
        elif person:
            who += ('<offline-person-info><offline-person-id>%s</offline-person-id>'
                    '</offline-person-info>' % person)
        header = self.header(method, version, who + '</auth-session>', record,
                             self.encode(self.digest(info.encode()).digest()))
        mac = hmac.new(self.secret, header.encode(), self.digest).digest()
        auth = ('<auth><hmac-data algName="%s">%s</hmac-data></auth>'
                % (self.hmac_name, self.encode(mac)))
        return self.read(self.post(self.envelope(auth, header, info)), method, version)

    # ---- as it sends ----

    def post(self, body):
        c = http.client.HTTPSConnection(self.platform.netloc, context=self.context, timeout=60)
        try:
            data, headers = self.pack(body.encode())
            c.request('POST', self.path, body=data, headers={**self.headers, **headers},
                      encode_chunked='Transfer-Encoding' in headers)
            answer = c.getresponse()
            expect(answer.status == 200, 'HTTP %d' % answer.status)
            expect(not answer.headers['Content-Encoding'], 'packed, and nobody asked')
            self.response_id = str(uuid.UUID(answer.headers['WC_ResponseId']))
            return answer.read()
        finally:
            c.close()

    def pack(self, data):
        return data, {}

    # ---- as it reads ----

    def read(self, data, method, version):
        expect(data.startswith((b'<response>', b'<?xml')), 'begins with %r' % data[:20])
        root = ET.fromstring(data)
        code = int(root.find('status/code').text)
        if code:
            error = re.search(rb'</code><error><message>', data)
            expect(error, 'no message: %r' % data)
            raise Refused(code, root.find('status/error/message').text)
        suffix = SUFFIX.get((method, version or 1), method)
        if suffix is None:
            expect(b'info' not in data, '%s: %r' % (method, data))
            return None
        expect(b'<wc:info xmlns:wc="%s%s">' % (RESPONSE.encode(), suffix.encode()) in data,
               '%s: %r' % (method, data[:300]))
        return root.find('{%s%s}info' % (RESPONSE, suffix))


class LastNet(Sdk):
    name = 'the last .NET library'
    headers = {'WC_CorrelationId': '6f9619ff-8b86-d011-b42d-00c04fc964ff'}
    culture = '<culture-code>en-GB</culture-code>'
    label = 'HealthVault .NET Standard SDK 2.66.1013.1 (net461; Microsoft Windows NT 6.2.9200.0)'

    def pack(self, data):
        return iter([gzip.compress(data)]), {'Content-Encoding': 'gzip',
                                             'Transfer-Encoding': 'chunked'}

    def header(self, method, version, who, record, info_hash):
        return super().header(method, None if version == 1 else version, who, record, info_hash)


class Java(Sdk):
    name = 'the Java library'
    session_version = 1
    headers = {'Content-type': 'text/xml', 'User-Agent': 'Java/1.6.0_45',
               'Accept': 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2'}
    ttl = 180000
    label = 'Java/1.3.0 JDK-1.5+'
    empty = '<info/>'

    def now(self):
        return self.utc().strftime('%Y-%m-%dT%H:%M:%S')

    def make_secret(self):
        return hashlib.sha1(b'twenty bytes').digest()


class Python(Sdk):
    """A clock that stands still in token requests, months where minutes should
    be elsewhere, a line end behind every base64."""
    name = 'a Python library'
    digest, hash_name, hmac_name = hashlib.sha1, 'SHA1', 'HMACSHA1'
    session_version = 1
    headers = {'Content-Type': 'application/x-www-form-urlencoded'}
    ttl = 36000
    label = '0.0.0.1'
    empty = '<info/>'

    def now(self):
        if not self.token:
            return '2008-06-21T03:13:50.750-04:00'
        return self.utc().strftime('%Y-%m-%dT%H:%m:%S')

    def encode(self, data):
        return base64.encodebytes(data).decode()

    def make_secret(self):
        return b'27670116110564327422'

    def thumbprint(self):
        return self.app.thumbprint


class Php(Sdk):
    """HTTP/1.0, a declaration, seconds with an offset."""
    name = 'a PHP library'
    digest, hash_name, hmac_name = hashlib.sha1, 'SHA1', 'HMACSHA1'
    lead = '<?xml version="1.0"?>\n'
    label = 'PHPHV v0.01'

    def now(self):
        return self.utc().strftime('%Y-%m-%dT%H:%M:%S+00:00')

    def post(self, body):
        data = body.encode()
        with Line(self.platform.port) as line:
            line.send(b'POST %s HTTP/1.0\r\nHost: localhost\r\nContent-Length: %d\r\n'
                      b'Content-Type: application/x-www-form-urlencoded\r\n\r\n%s'
                      % (self.path.encode(), len(data), data))
            head, _, answer = line.to_end().partition(b'\r\n\r\n')
        expect(head.startswith((b'HTTP/1.0 200', b'HTTP/1.1 200')), '%r' % head)
        expect(b'chunked' not in head.lower(), 'chunks to HTTP/1.0: %r' % head)
        return answer


class Ruby(Sdk):
    """Doubled slashes, everything on lines of its own, a thumbprint from a file."""
    name = 'a Ruby library'
    digest, hash_name, hmac_name = hashlib.sha1, 'SHA1', 'HMACSHA1'
    session_version = 1
    path = '//platform//wildcat.ashx'
    headers = {'Content-Type': 'text/xml', 'Accept': '*/*', 'User-Agent': 'Ruby'}
    lead, gap = '    ', '\n        '
    empty = '<info></info>'

    def now(self):
        return self.utc().strftime('%Y-%m-%dT%H:%M:%S-00:00')

    def thumbprint(self):
        return self.app.thumbprint + '\n'


class Device(Sdk):
    """An application that a person makes on a device: no certificate, a secret;
    ids in upper case, no culture."""
    name = 'a library for devices'
    culture = ''
    label = 'MHV/1.0 (iPhone; iOS 10.3)'

    def __init__(self, world, master):
        super().__init__(world, master)
        self.app_id = master.id.upper()
        info = self.call('NewApplicationCreationInfo')
        self.app_id = info.find('app-id').text.upper()
        self.app_secret = base64.b64decode(info.find('shared-secret').text)
        self.creation_token = info.find('app-token').text

    def signature(self, content):
        mac = hmac.new(self.app_secret, content.encode(), hashlib.sha256).digest()
        return '<hmacSig algName="HMACSHA256">%s</hmacSig>' % self.encode(mac)


def refused(code, call, *args, **kwargs):
    """The message of the answer, which must have that code."""
    try:
        call(*args, **kwargs)
    except Refused as e:
        expect(e.code == code, '%r: %s, wanted %d' % (args, e, code))
        return e.message
    raise Failed('%r was not refused with %d' % (args, code))
