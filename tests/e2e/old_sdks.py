#!/usr/bin/env python3
"""old_sdks.py - applications of another age meet the sandbox: each library of
sdk.py opens a session, reads and writes things, subscribes, and goes on when
its token has run out.

usage: old_sdks.py HVCONSOLE
"""
import base64
import os
import sys
import urllib.parse

import sdk
from browser_plain import ACTION, Plain
from wire import Line
from world import expect, tell

WEIGHT = '3d34d87e-7fc1-4153-800f-f56592cb0d17'
NOTE = 'apr\u00e8s <the> "run" & \u6c34'


def weight(kg, key=''):
    note = NOTE.replace('&', '&amp;').replace('<', '&lt;')
    return ('<info><thing>%s<type-id>%s</type-id><data-xml><weight><when><date><y>2031</y><m>2</m>'
            '<d>3</d></date><time><h>8</h><m>5</m></time></when><value><kg>%s</kg></value></weight>'
            '<common><note>%s</note></common></data-xml></thing></info>' % (key, WEIGHT, kg, note))


def key_of(element):
    return '<thing-id version-stamp="%s">%s</thing-id>' % (element.get('version-stamp'),
                                                           element.text)


def subscription(key, version, id=''):
    return ('<info><subscription><common>%s<notification-authentication-info>'
            '<hv-eventing-shared-key><notification-key>%s</notification-key>'
            '<notification-key-version-id>%s</notification-key-version-id>'
            '</hv-eventing-shared-key></notification-authentication-info><notification-channel>'
            '<http-notification-channel><url>https://app.example.org/hv/notify</url>'
            '</http-notification-channel></notification-channel></common>'
            '<record-item-changed-event><filters><filter><type-ids><type-id>%s</type-id></type-ids>'
            '</filter></filters></record-item-changed-event></subscription></info>'
            % (id, base64.b64encode(key).decode(), version, WEIGHT))


def things(client, version, where, **keys):
    """The things that GetThings answers, asked for by id or type."""
    what = '<id>%(id)s</id>' if 'id' in keys else '<filter><type-id>%(type)s</type-id></filter>'
    what %= keys
    info = client.call('GetThings', version, '<info><group>%s<format><section>core</section>'
                       '<section>audits</section><xml/></format></group></info>' % what, **where)
    return info.findall('group/thing')


def find_somebody(client):
    """(person, record): the first person, who has a record of their own."""
    people = client.call('GetAuthorizedPeople', 1, '<info><parameters/></info>')
    info = people.find('response-results/person-info')
    expect(people.find('response-results/more-results') is not None, 'no more-results')
    expect(info.find('more-records') is None, 'more-records, and there are none')
    return info.find('person-id').text, info.find('selected-record-id').text


def read_and_write(client, version, where):
    """@version: of GetThings; the older one writes with the older PutThings."""
    put = 2 if version == 3 else 1
    info = client.call('PutThings', put, weight('71.5'), **where)
    key = info.find('thing-id')
    thing = things(client, version, where, id=key.text)[0]
    expect(thing.find('thing-id').get('version-stamp') == key.get('version-stamp'), 'stamp')
    expect(thing.find('data-xml/weight/value/kg').text == '71.5', 'kg')
    expect(thing.find('data-xml/common/note').text == NOTE, thing.find('data-xml/common/note').text)
    expect(thing.find('eff-date').text == '2031-02-03T08:05:00.000Z', thing.find('eff-date').text)
    newer = client.call('PutThings', put, weight('72', key_of(key)), **where).find('thing-id')
    expect(newer.text == key.text, 'another thing')
    sdk.refused(61, client.call, 'PutThings', put, weight('73', key_of(key)), **where)
    expect(things(client, version, where, type=WEIGHT)[0].find('thing-id').text == key.text,
           'the newest is not the first')
    since = '<info><record-operation-sequence-number>0</record-operation-sequence-number></info>'
    before = client.call('GetRecordOperations', 1, since, **where)
    client.call('RemoveThings', 1, '<info>%s</info>' % key_of(newer), **where)
    expect(not things(client, version, where, id=key.text), 'removed, and still there')
    last = client.call('GetRecordOperations', 1, since, **where).findall(
        'operations/record-operation')
    expect(len(last) == len(before.findall('operations/record-operation')) + 1, 'operations')
    expect(last[-1].find('operation').text == 'Delete' and last[-1].find('thing-id').text
           == key.text, 'the last operation')


def subscribe(client, also):
    """@also: what the library sends beside the token, though nobody looks."""
    key, other = os.urandom(64), os.urandom(64)
    id = client.call('SubscribeToEvent', 1, subscription(key, 'v1'), **also).find(
        'subscription-id').text
    found = client.call('GetEventSubscriptions', **also).findall('subscriptions/subscription')
    expect([s.find('common/id').text for s in found] == [id], 'subscriptions')
    told = found[0].find('.//notification-key').text
    expect(base64.b64decode(told) == key, 'the key is not the one that was sent')
    client.call('UpdateEventSubscription', 1, subscription(other, 'v2', '<id>%s</id>' % id), **also)
    found = client.call('GetEventSubscriptions', **also).find('subscriptions/subscription')
    expect(found.find('.//notification-key-version-id').text == 'v2', 'the new version')
    sdk.refused(134, client.call, 'SubscribeToEvent', 1, subscription(key[:63], 'v1'), **also)
    gone = '<info><subscription-id>%s</subscription-id></info>' % id
    client.call('UnsubscribeToEvent', 1, gone, **also)
    message = sdk.refused(132, client.call, 'UnsubscribeToEvent', 1, gone, **also)
    expect(message, 'no message')


def look_around(client, person, where):
    info = client.call('GetPersonInfo', 1, person=person).find('person-info')
    records = {r.get('id') for r in info.findall('record')}
    expect(where['record'] in records and len(records) == 2, '%r' % records)
    for r in client.call('GetAuthorizedRecords', 1, '<info><id>%s</id></info>' % where['record'],
                         person=person):
        expect(r.get('app-record-auth-action') == 'NoActionRequired', 'the action')
        expect(r.get('auth-expires') == '9999-12-31T23:59:59.999Z', r.get('auth-expires'))
    asked = '<info><thing-type-id>%s</thing-type-id></info>' % WEIGHT
    rights = client.call('QueryPermissions', 1, asked, **where)
    expect([child.tag for child in rights] == ['thing-type-permission', 'other-settings'], 'order')
    for version in (1, 2):
        client.call('GetApplicationInfo', version)
        updated = client.call('GetUpdatedRecordsForApplication', version)
        expect(where['record'] in ''.join(updated.itertext()), 'the record was not updated')
        service = client.call('GetServiceDefinition', version)
        for each in service.findall('xml-method/version'):
            expect(each.find('request-schema-url') is not None and
                   each.find('response-schema-url') is not None, 'a version without schemas')
    basic = things(client, 1, where, type='bf516a61-5252-4c28-a979-27f45f62f78d')
    expect(basic and basic[0].find('data-xml/basic/gender') is not None, 'nobody is described')


def misspelt(client, where):
    told = {}
    for name in ('AssociateAlternateId', 'AssociateAltnernateId', 'GetThings3', 'GetNothing'):
        told[name] = sdk.refused(5, client.call, name, 1, **where).replace(name, '')
    expect(len(set(told.values())) == 1, '%r' % told)


def renew(world, client):
    """What every library does with 65, once."""
    world.run('sandbox', 'clock', 'advance', '5h')
    sdk.refused(65, client.call, 'GetEventSubscriptions')
    client.open_session()
    client.call('GetEventSubscriptions')


def online(world, client, plain):
    user = plain.sign_in()['wctoken']
    info = client.call('GetPersonInfo', 1, user=user).find('person-info')
    where = {'user': user, 'record': info.find('selected-record-id').text}
    read_and_write(client, 3, where)
    subscribe(client, where)
    world.run('sandbox', 'token-keys', 'rotate')
    sdk.refused(7, client.call, 'GetPersonInfo', 1, user=user)
    client.call('GetEventSubscriptions')


def on_a_device(world, master, query):
    """@query: the targetqs of the page that makes the application."""
    device = sdk.Device(world, master)
    sdk.refused(6, device.open_session)
    plain = Plain(world, master.id)
    inner = query.format(app=master.id, token=urllib.parse.quote(device.creation_token, safe=''))
    plain.ask('/redirect.aspx?target=CREATEAPPLICATION&targetqs='
              + urllib.parse.quote(inner, safe=''))
    plain.step(person='Ada Quill')
    plain.step(do='go', record=plain.records()['Ada Quill'])
    expect(plain.status == 302, plain.page)
    device.open_session()
    person, record = find_somebody(device)
    where = {'person': person.upper(), 'record': record.upper()}
    read_and_write(device, 3, where)
    device.call('RemoveApplicationRecordAuthorization', 1, **where)
    sdk.refused(11, device.call, 'GetPersonInfo', 1, person=person)
    return device


def with_expect(client):
    """HttpWebRequest sends the headers, waits for leave, then the body."""
    header = client.header('GetServiceDefinition', 1, '<app-id>%s</app-id>' % client.app_id,
                           None, None)
    data = client.envelope(header, '<info />').encode()
    with Line(client.platform.port) as line:
        line.send(b'POST /platform/wildcat.ashx HTTP/1.1\r\nContent-Type: text/xml\r\nHost: x\r\n'
                  b'Content-Length: %d\r\nExpect: 100-continue\r\n\r\n' % len(data))
        status, _, _ = line.answer()
        expect(status == 100, 'HTTP %d before the body' % status)
        line.send(data)
        status, _, body = line.answer()
        expect(status == 200 and b'<code>0</code>' in body, '%r' % body[:200])


def action_of(client, where):
    found = client.call('GetAuthorizedRecords', 1, '<info><id>%s</id></info>' % where['record'],
                        person=where['person'])
    return found.find('record')


def states(world, client, where):
    """Every action an application can be told, and what its calls answer."""
    asked = '<info><thing-type-id>%s</thing-type-id></info>' % WEIGHT
    for action, shown, code in (
            ('AuthorizationRequired', None, 11), ('ReauthorizationRequired', None, 0),
            ('ReauthorizationNotPossible', None, 0), ('RecordLocationNotSupported', None, 147),
            ('empty', '', 0), ('NoActionRequired', None, 0), ('rules', 'NoActionRequired', 0)):
        world.run('sandbox', 'auth', 'set', where['record'], action)
        told = action_of(client, where).get('app-record-auth-action')
        expect(told == (action if shown is None else shown), '%s: %s' % (action, told))
        if code:
            sdk.refused(code, client.call, 'QueryPermissions', 1, asked, **where)
        else:
            client.call('QueryPermissions', 1, asked, **where)
    world.run('sandbox', 'auth', 'set', where['record'], 'rules', '--expires', '2h')
    expect(not action_of(client, where).get('auth-expired'), 'too early')
    world.run('sandbox', 'clock', 'advance', '3h')
    expect(action_of(client, where).get('auth-expired') == 'true', 'it should be over')
    sdk.refused(11, client.call, 'QueryPermissions', 1, asked, **where)
    world.run('sandbox', 'auth', 'set', where['record'], 'rules', '--expires', 'never')
    client.call('QueryPermissions', 1, asked, **where)
    world.error('sandbox', 'auth', 'set', where['record'], 'rules', '--expires', 'soon', want=2)


def rules(world, client, where):
    """New required rules: to be consented to; what was granted goes on."""
    name = world.path('rules.xml')
    with open(name, 'w', encoding='utf-8') as f:
        f.write('<auth><rules><rule name="all"><permission>All</permission></rule><rule name="w" '
                'is-optional="true"><reason xml:lang="en">Weights</reason><permission>Read'
                '</permission><target-set><type-id>%s</type-id></target-set></rule></rules></auth>'
                % WEIGHT)
    for avenue in ('online', 'offline'):
        world.run('sandbox', 'app', 'rules', avenue, name, '--app-id', client.app_id)
    told = client.call('GetApplicationInfo', 2).find('application')
    for avenue in ('online', 'offline'):
        names = [r.get('name') for r in told.findall('person-%s-base-auth-xml/auth/rules/rule'
                                                     % avenue)]
        expect(names == ['all', 'w'], '%s: %r' % (avenue, names))
    read_and_write(client, 3, where)


def applications(world):
    """Each has its name, its environment, its way to keep people signed in."""
    app = sdk.Application(world, ACTION, '--name', 'An old story', '--env', 'prod', '--persistent',
                          '2d', name='second')
    expect((app.told['name'], app.told['env'], app.told['persistent_s'])
           == ('An old story', 'prod', 172800), '%r' % app.told)
    client = sdk.Sdk(world, app)
    client.open_session()
    told = client.call('GetApplicationInfo', 1).find('application')
    expect(told.find('name').text == 'An old story', told.find('name').text)
    expect(told.find('persistent-tokens/token-ttl-seconds').text == '172800', 'the life of tokens')
    bad = subscription(os.urandom(64), 'v1').replace('app.example.org', 'other.example.org')
    sdk.refused(134, client.call, 'SubscribeToEvent', 1, bad)
    listed = {a['app_id']: a for a in world.json('sandbox', 'app', 'list')['items']}
    expect(listed[app.id] == {k: app.told[k] for k in listed[app.id]}, '%r' % listed[app.id])
    world.error('sandbox', 'app', 'add', '--app-id', app.id, '--cert', app.cert, '--env', 'test',
                want=2)
    return client


def is_logged(world, client):
    """A call is found in the log by the ids that both sides know."""
    client.call('GetEventSubscriptions')
    found = [e for e in world.json('sandbox', 'log')['items']
             if e['response'] == client.response_id]
    expect(len(found) == 1 and found[0]['what'] == 'GetEventSubscriptions'
           and found[0]['correlation'] == client.headers['WC_CorrelationId'], '%r' % found)


def story(world):
    world.serve('sandbox', 'up', '--port', '0')
    world.sandbox = world.json('sandbox', 'status')
    app = sdk.Application(world, ACTION)
    for kind, version in ((sdk.Sdk, 3), (sdk.LastNet, 3), (sdk.Java, 3), (sdk.Python, 1),
                          (sdk.Php, 2), (sdk.Ruby, 1)):
        client = kind(world, app)
        client.open_session()
        person, record = find_somebody(client)
        where = {'person': person, 'record': record}
        look_around(client, person, where)
        read_and_write(client, version, where)
        subscribe(client, where if version < 3 else {})
        misspelt(client, where)
        renew(world, client)
        if kind is sdk.LastNet:
            is_logged(world, client)
        print('%s: served' % client.name)
    first = sdk.Sdk(world, app)
    with_expect(first)
    first.open_session()
    online(world, first, Plain(world, app.id))
    states(world, first, where)
    rules(world, first, where)
    applications(world)
    on_a_device(world, app, '?appid={app}&appCreationToken={token}&instanceName=A%20telephone'
                '&ismra=true')
    newer = on_a_device(world, app, 'appCreationToken={token}&instanceName=Another')
    print('%s: served' % newer.name)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
