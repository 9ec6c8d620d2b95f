#!/usr/bin/env python3
"""browser_plain.py - the Shell of the sandbox without a browser, as curl and
old clients meet it: every target, every way to write the query, the headers of
the answers, and sign-ins that end and begin anew.

usage: browser_plain.py HVCONSOLE
"""
import html
import http.client
import re
import ssl
import sys
import urllib.parse

from old_client import OldClient
from world import expect, tell

ACTION = 'https://app.example.org/hv/action'
WEIGHT = '3d34d87e-7fc1-4153-800f-f56592cb0d17'
TARGETS = ('APPAUTH APPREDIRECT APPSIGNOUT AUTH CONNECT CREATEACCOUNT CREATEAPPLICATION '
           'CREATERECORD EDITRECORD HELP MANAGEACCOUNT PICKUP RECONCILE RECORDLIST '
           'SHAREDAPPDETAILS SHARERECORD VIEWITEMS').split()


class Plain:
    """Asks and posts; trusts the sandbox's CA and checks its name."""

    def __init__(self, world, app_id):
        self.app_id = app_id
        self.shell = urllib.parse.urlsplit(world.sandbox['shell'])
        self.context = ssl.create_default_context(cafile=world.sandbox['ca'])

    def ask(self, path, body=None):
        c = http.client.HTTPSConnection(self.shell.netloc, context=self.context, timeout=60)
        headers = {'Content-Type': 'application/x-www-form-urlencoded'} if body is not None else {}
        try:
            c.request('GET' if body is None else 'POST', path, body=body, headers=headers)
            answer = c.getresponse()
            self.status, self.headers = answer.status, answer.headers
            self.page = answer.read().decode()
        finally:
            c.close()
        return self.status

    def begin(self, target, /, **params):
        inner = urllib.parse.urlencode({'appid': self.app_id, **params})
        return self.ask('/redirect.aspx?target=%s&targetqs=%s'
                        % (target, urllib.parse.quote(inner, safe='')))

    def step(self, **fields):
        nonce = re.search(r'name="flow" value="([0-9a-f]{32})"', self.page)
        expect(nonce, 'no form: %s' % self.page)
        return self.ask('/shell', urllib.parse.urlencode({'flow': nonce.group(1), **fields}))

    def back(self):
        """The query that went back to the action URL."""
        expect(self.status == 302, 'HTTP %d: %s' % (self.status, self.page[-600:]))
        url = urllib.parse.urlsplit(self.headers['Location'])
        expect(url._replace(query='').geturl() == ACTION, self.headers['Location'])
        return dict(urllib.parse.parse_qsl(url.query))

    def records(self):
        """Of the person on the consent page: name to id."""
        return {html.unescape(name): id for id, name in re.findall(
            r'name="record" value="([^"]+)"[^>]*><span><b>([^<]+)</b>', self.page)}

    def sign_in(self, record='Ada Quill', **params):
        expect(self.begin('AUTH', **params) == 200, 'AUTH: %s' % self.page)
        expect(self.step(person='Ada Quill') == 200, 'person: %s' % self.page)
        self.step(do='go', record=self.records()[record])
        return self.back()


def every_target(plain, record):
    expect(plain.ask('/') == 200, 'front page')
    for target in TARGETS:
        expect('<code>%s</code>' % target in plain.page, 'not on the front page: ' + target)
    for target in TARGETS:
        for spelling in (target, target.lower()):
            plain.begin(spelling, extrecordid=record, typeid=WEIGHT, thingid=record,
                        packageid='ABCD-EFGH-JKLM-NPQR-STUV', appCreationToken='x',
                        target='Home', targetqs='a=b')
            if 'Sign in</h1>' in plain.page:
                plain.step(person='Ada Quill')
            expect(plain.status in (200, 302), '%s: %d %s' % (target, plain.status, plain.page))
            if plain.status == 200:
                expect('does not work' not in plain.page, '%s: %s' % (target, plain.page))


def headers(plain):
    for path, status in (('/redirect.aspx?target=HELP', 200), ('/redirect.aspx?target=X', 400),
                         ('/', 200)):
        expect(plain.ask(path) == status, path)
        policy = plain.headers['Content-Security-Policy']
        expect("default-src 'none'" in policy and "frame-ancestors 'none'" in policy
               and 'unsafe' not in policy, policy)
        for name, value in (('Cache-Control', 'no-store'), ('X-Frame-Options', 'DENY'),
                            ('X-Content-Type-Options', 'nosniff'),
                            ('Referrer-Policy', 'no-referrer'),
                            ('Content-Type', 'text/html; charset=utf-8')):
            expect(plain.headers[name] == value, '%s: %s' % (name, plain.headers[name]))
        expect('Set-Cookie' not in plain.headers, 'a cookie')


def every_encoding(plain):
    """Each of these is the same question, and has the same answer."""
    app = plain.app_id
    for query in (
            'target=AUTH&targetqs=appid%3D{0}',
            'target=AUTH&targetqs=appid%3d{0}%26ismra%3dFalse',
            'target=auth&targetqs=?appid={0}',
            'Target=Auth&TargetQS=%3FAppID%3D{0}',
            'target=AUTH&targetqs=%253Fappid%253D{0}',
            'target=AUTH&targetqs=appid%3D{0}&trm=get',
            'target=AUTH&targetqs=appid%3D{0}%26trm%3DGet',
            'target=AUTH&targetqs=appid%3D{0}null',
            'target=AUTH&targetqs=appid%3D{0}%26ismra%3Dfalsenull',
            'target=AUTH&targetqs=appid%3D{0}%26mobile%3Dtrue',
            'target=AUTH&mobile=true&targetqs=appid%3D{0}',
            'target=AUTH&appid={0}',
            'target=AUTH&targetqs=appid%3D{0}%0A'):
        expect(plain.ask('/Redirect.aspx?' + query.format(app)) == 200,
               '%s: %s' % (query, plain.page))
        plain.step(do='cancel')
        expect(plain.back() == {'target': 'AppAuthReject', 'instanceid': '1'}, query)
    for redirect in ('http://localhost:8000/cb?x=1',
                     'http%3A%2F%2Flocalhost%3A8000%2Fcb%3Fx%3D1',
                     'http%253A%252F%252Flocalhost%253A8000%252Fcb%253Fx%253D1'):
        path = '/redirect.aspx?target=AUTH&targetqs=appid%3D' + app + '%26redirect%3D' + redirect
        expect(plain.ask(path) == 200, '%s: %s' % (path, plain.page))
        plain.step(do='cancel')
        expect(plain.headers['Location'] == 'http://localhost:8000/cb?x=1&target=AppAuthReject'
               '&instanceid=1', plain.headers['Location'])


def sign_ins(world, plain, client):
    """New token keys end every sign-in, and nothing else; the next is good."""
    first = plain.sign_in(actionqs='/a?b=c')
    expect(list(first) == ['target', 'actionqs', 'wctoken', 'instanceid'], '%r' % first)
    code, answer = client.call('GetPersonInfo', 1, first['wctoken'])
    expect(code == 0 and 'Ada Quill' in answer, answer)
    world.run('sandbox', 'token-keys', 'rotate')
    code, _ = client.call('GetPersonInfo', 1, first['wctoken'])
    expect(code == 7, 'after new token keys: %d' % code)
    second = plain.sign_in()
    expect(second['wctoken'] != first['wctoken'], 'the same token')
    code, _ = client.call('GetPersonInfo', 1, second['wctoken'])
    expect(code == 0, 'signed in again: %d' % code)
    plain.begin('APPSIGNOUT', credtoken=second['wctoken'])
    expect(plain.back()['target'] == 'SignOut', 'signed out')
    code, _ = client.call('GetPersonInfo', 1, second['wctoken'])
    expect(code == 7, 'after signing out: %d' % code)


def ending_access(plain, client):
    """What a person ends on a page of the Shell is ended for the methods."""
    plain.begin('AUTH')
    plain.step(person='Ada Quill')
    records = plain.records()
    token = plain.sign_in('Theo Quill')['wctoken']
    plain.begin('SHAREDAPPDETAILS', extrecordid=records['Theo Quill'])
    plain.step(person='Ada Quill')
    plain.step(revoke=re.search(r'name="revoke" value="(\d+)"', plain.page).group(1))
    code, answer = client.call('GetAuthorizedRecords', 1, token,
                               '<info><id>%s</id></info>' % records['Theo Quill'])
    expect(code == 0 and '<record ' not in answer, '%d %s' % (code, answer))


def story(world):
    world.up(listen=False)
    client = OldClient(world, ACTION)
    plain = Plain(world, client.app_id)
    headers(plain)
    plain.begin('AUTH')
    plain.step(person='Ada Quill')
    every_target(plain, plain.records()['Ada Quill'])
    every_encoding(plain)
    sign_ins(world, plain, client)
    ending_access(plain, client)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
