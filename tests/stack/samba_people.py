#!/usr/bin/python3
"""Fills a provisioned, not yet running domain ad.test: samba_people.py DIR PASSWORD.

OU=Members: customers, attribute `company` = member number; anna also by her group in OU=Companies.
OU=Staff: sven (intake by a nested group), ida (KX-IT), disa (disabled), mona (must change), ella (account ended),
petra (password expired), lola (locked by three wrong passwords), twin in two OUs (sAMAccountName is unique in a
domain, employeeID is not). OU=Groups: KX-Intake > KX-Desk > KX-Desk-North > sven; a loop KX-Loop-A <-> KX-Loop-B;
400 groups ida is in, so that an answer has more than one page.
"""
import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

folder, password = sys.argv[1:3]
BASE = "DC=ad,DC=test"
ACCOUNT, DISABLED, NEVER_EXPIRES = 0x200, 0x2, 0x10000
PAST = 132223104000000000  # 2020-01-01, in units of 100 ns since 1601

lp = LoadParm()
lp.load(f"{folder}/etc/smb.conf")
db = SamDB(url=f"{folder}/private/sam.ldb", session_info=system_session(lp), lp=lp)


def secret(text):
    return f'"{text}"'.encode("utf-16-le")


def unit(name, parent=BASE):
    db.add({"dn": f"OU={name},{parent}", "objectClass": "organizationalUnit"})


def person(unit_name, login, name, more=None, control=ACCOUNT):
    dn = f"CN={name},OU={unit_name},{BASE}"
    db.add({
        "dn": dn, "objectClass": "user", "sAMAccountName": login, "userPrincipalName": f"{login}@ad.test",
        "displayName": name, "mail": f"{login}@ad.test", "sn": name.split()[-1], "unicodePwd": secret(password),
        "userAccountControl": str(control), **(more or {}),
    })
    return dn


def change(dn, **values):
    message = ldb.Message(ldb.Dn(db, dn))
    for key, value in values.items():
        message[key] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, key)
    db.modify(message)


def group(name, members, parent=f"OU=Groups,{BASE}", **more):
    dn = f"CN={name},{parent}"
    db.add({"dn": dn, "objectClass": "group", "sAMAccountName": name, **({"member": members} if members else {}), **more})
    return dn


# As operators set it; and no time between two changes, which would be a day.
change(BASE, minPwdAge="0", minPwdLength="8", pwdHistoryLength="3", lockoutThreshold="3",
       lockoutDuration=str(-30 * 60 * 10_000_000), lockOutObservationWindow=str(-30 * 60 * 10_000_000),
       maxPwdAge=str(-365 * 24 * 3600 * 10_000_000))

db.transaction_start()
for name in ("Members", "Staff", "Groups", "Companies", "Services"):
    unit(name)
service = open(f"{folder}/service").read()
db.add({"dn": f"CN=kontor,OU=Services,{BASE}", "objectClass": "user", "sAMAccountName": "kontor",
        "unicodePwd": secret(service + "Aa1"), "userAccountControl": str(ACCOUNT | NEVER_EXPIRES)})
open(f"{folder}/service", "w").write(service + "Aa1")

anna = person("Members", "anna", "Anna Petersen", {"company": "M-1001"})
otto = person("Members", "otto", "Otto Huber, jun.".replace(",", "\\,"), {"company": "M-1002", "sn": "Huber", "displayName": "Otto Huber, jun."})
sven = person("Staff", "sven", "Sven Thomsen")
ida = person("Staff", "ida", "Ida König (IT)", {"sn": "König"})
lena = person("Staff", "lena", "Lena Hartmann")
person("Staff", "disa", "Disa Blank", control=ACCOUNT | DISABLED)
person("Staff", "mona", "Mona Neu", {"pwdLastSet": "0"})
person("Staff", "ella", "Ella Ende", {"accountExpires": str(PAST)})
person("Staff", "petra", "Petra Alt")
person("Staff", "lola", "Lola Zu")
person("Staff", "nora", "Nora Nacht", {"logonHours": bytes(21)})
person("Staff", "wanda", "Wanda Wechsel")
person("Staff", "twin", "Twin One", {"employeeID": "77"})
person("Members", "twin2", "Twin Two", {"employeeID": "77"})

north = group("KX-Desk-North", [sven])
desk = group("KX-Desk", [north])
group("KX-Intake", [desk])
group("KX-IT", [ida, lena])
group("KX-Lead", [lena])
loop_a = group("KX-Loop-A", [ida])
loop_b = group("KX-Loop-B", [loop_a])
message = ldb.Message(ldb.Dn(db, loop_a))
message["member"] = ldb.MessageElement(loop_b, ldb.FLAG_MOD_ADD, "member")
db.modify(message)
group("Nordlicht", [anna], f"OU=Companies,{BASE}", description="M-1001")
db.transaction_commit()

# More groups than one page holds, without 400 transactions.
db.transaction_start()
unit("Many", f"OU=Groups,{BASE}")
for number in range(400):
    group(f"many-{number}", [ida], f"OU=Many,OU=Groups,{BASE}")
db.transaction_commit()

# pwdLastSet can be set to 0 and to "now" only, unless one says so.
message = ldb.Message(ldb.Dn(db, f"CN=Petra Alt,OU=Staff,{BASE}"))
message["pwdLastSet"] = ldb.MessageElement(str(PAST), ldb.FLAG_MOD_REPLACE, "pwdLastSet")
db.modify(message, ["local_oid:1.3.6.1.4.1.7165.4.3.20:0"])
