#!/usr/bin/env python3
"""listen_bodies.py - what the platform signed and what strangers make of it:
every shape of body gets the verdict, the answer and the row that the tables
say. XML never decides whether it is 200; a body that was not signed is never
looked at. The published vectors are judged and answered in the unit tests of
the listener.

usage: listen_bodies.py HVCONSOLE
"""
import sys

from wire import Line, Sub, thing, wait_until
from world import expect, tell

ROOT = '<wc:notifications xmlns:wc="urn:com.microsoft.wc.notification">'
STRANGER = '0f0e0d0c-0b0a-4908-8706-050403020100'


def one(sub_id, number):
    return ('<notification><common><subscription-id>%s</subscription-id></common>'
            '<record-change-notification><person-id>8d4e1f92-66b3-4c1a-8f07-2b9d5e60c3a1'
            '</person-id><record-id>c05a7e34-1f2d-4b86-9c3e-d8417a6b5f02</record-id><things>'
            '<thing><thing-id>%s</thing-id></thing></things></record-change-notification>'
            '</notification>' % (sub_id, thing(number)))


def bodies(sub, other):
    """name, body, verdict, number of events."""
    good = ROOT + one(sub.id, 1) + '</wc:notifications>'
    doctype = '<!DOCTYPE a [<!ENTITY x "y">]>'
    bomb = ('<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">' + ''.join(
        '<!ENTITY %s "%s">' % (chr(98 + i), ('&%s;' % chr(97 + i)) * 10) for i in range(8))
        + ']>' + good.replace(sub.id, '&i;'))
    rows = [
        ('plain', good, 'verified', 1),
        ('CRLF', good.replace('><', '>\r\n<'), 'verified', 1),
        ('declared UTF-8', '<?xml version="1.0" encoding="utf-8"?>' + good, 'verified', 1),
        ('BOM', b'\xef\xbb\xbf' + good.encode(), 'verified', 1),
        ('two BOMs', b'\xef\xbb\xbf\xef\xbb\xbf' + good.encode(), 'quarantined', 0),
        ('not UTF-8', good.encode() + b'<!-- \xff -->', 'quarantined', 0),
        ('UTF-16', good.encode('utf-16'), 'quarantined', 0),
        ('declared Latin', '<?xml version="1.0" encoding="latin1"?>' + good, 'quarantined', 0),
        ('DOCTYPE', doctype + good, 'quarantined', 0),
        ('an entity', doctype + good.replace('</person', '&x;</person'), 'quarantined', 0),
        ('a bomb', bomb, 'quarantined', 0),
        ('an outer entity', '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + good,
         'quarantined', 0),
        ('a large attribute', good.replace('<things>', '<things a="%s">' % ('x' * 200000)),
         'quarantined', 0),
        ('1000 nested tags', '<a>' * 1000 + '</a>' * 1000, 'quarantined', 0),
        ('another namespace', good.replace('urn:com', 'urn:org'), 'quarantined', 0),
        ('not XML', 'hello', 'quarantined', 0),
        ('nothing', '', 'quarantined', 0),
        ('cut', good[:-5], 'quarantined', 0),
        ('a NUL', good.replace('<things>', '<things>\0'), 'quarantined', 0),
        ('for another of ours', ROOT + one(other.id, 2) + '</wc:notifications>', 'verified', 1),
        ('for a stranger', ROOT + one(STRANGER, 3) + '</wc:notifications>', 'mismatch', 1),
        ('a mixed batch of ours', ROOT + one(sub.id, 4) + one(other.id, 5)
         + '</wc:notifications>', 'verified', 2),
        ('a mixed batch with a stranger', ROOT + one(sub.id, 6) + one(STRANGER, 7)
         + '</wc:notifications>', 'mismatch', 2),
        ('of an unknown kind', ROOT + one(sub.id, 8).replace('record-change', 'moon-change')
         + '</wc:notifications>', 'verified', 0),
    ]
    return [(name, body if isinstance(body, bytes) else body.encode(), verdict, events)
            for name, body, verdict, events in rows]


def verified_ones(world, sub, other):
    wanted = bodies(sub, other)
    for name, body, _, _ in wanted:
        status = world.post(sub.sign(body), body)
        expect(status == 200, '%s: answered %d' % (name, status))
    rows = world.json('log', 'list', '--limit', '0')['items'][::-1]    # oldest first
    expect(len(rows) == len(wanted), '%d rows of %d' % (len(rows), len(wanted)))
    for (name, body, verdict, events), row in zip(wanted, rows):
        expect(row['verdict'] == verdict, '%s: %s, not %s' % (name, row['verdict'], verdict))
        expect(row['bytes'] == len(body) and row['answered'] == 200, '%s: %s' % (name, row))
        expect(len(row['events']) == events, '%s: %d events' % (name, len(row['events'])))
        expect(row['sub'] == sub.id, '%s: not vouched by the header: %s' % (name, row['sub']))


def unsigned_ones(world, sub, other):
    """Each of them again with one bit of the MAC changed: nothing is kept."""
    rows = bodies(sub, other)
    for name, body, _, _ in rows:
        header = sub.sign(body)
        forged = header[:-2] + ('A=' if header[-2] != 'A' else 'E=')
        status = world.post(forged, body)
        expect(status == 401, '%s, forged: answered %d' % (name, status))
    wait_until(lambda: len(world.json('log', 'list', '--verdict', 'bad-hmac')['items'])
               == len(rows), 'the rows of forgeries are not there')
    for row in world.json('log', 'list', '--verdict', 'bad-hmac')['items']:
        expect(row['events'] == [], 'a forgery has events: %s' % row)


def too_large(world, sub):
    """10 MB in one attribute never get as far as being hashed."""
    body = (ROOT + '<a b="%s"/></wc:notifications>' % ('x' * 10_000_000)).encode()
    data = sub.request(body)
    head = data[:data.index(b'\r\n\r\n') + 4]
    with Line(world.port) as line:
        line.send(head)
        got = line.answer()
        expect(got and got[0] == 413, '10 MB: %s' % (got,))


def a_hundred_times(world, sub):
    body = sub.body(thing(50))
    data = sub.request(body)
    with Line(world.port) as line:
        for _ in range(100):
            line.send(data)
            expect(line.answer()[0] == 200, 'a repeat is refused')
    rows = [r for r in world.json('log', 'list', '--limit', '0')['items']
            if r['bytes'] == len(body) and r['events']
            and r['events'][0]['things'] == [thing(50)]]
    expect(len(rows) == 100, '%d rows of 100' % len(rows))
    first = min(r['id'] for r in rows)
    expect(all((r['duplicate_of'] or first) == first for r in rows), 'wrong twins')
    expect(sum(r['duplicate_of'] is None for r in rows) == 1, 'not one original')


def story(world):
    world.up()
    sub = Sub(world, 'v-1')
    other = Sub(world, 'v-2')
    verified_ones(world, sub, other)
    unsigned_ones(world, sub, other)
    too_large(world, sub)
    a_hundred_times(world, sub)


if __name__ == '__main__':
    sys.exit(tell(story, sys.argv[1]))
