-- A file of version 1 as it was written last, with newest.removed: of a log of 40,000 entries, of which retention left few.
-- It is not changed any more.
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
BEGIN TRANSACTION;
CREATE TABLE organizations (
  number        INTEGER PRIMARY KEY,
  uid           TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  home          TEXT NOT NULL,
  first_index   INTEGER NOT NULL DEFAULT 0,
  next_index    INTEGER NOT NULL DEFAULT 0,
  trimmed_until INTEGER
) STRICT;
INSERT INTO organizations VALUES(1,'uid-of-acme','acme','acme-home',1,5,1795348800000001);
CREATE TABLE entries (
  row          INTEGER PRIMARY KEY,
  organization INTEGER NOT NULL,
  place        INTEGER NOT NULL,
  time         INTEGER NOT NULL,
  week         INTEGER NOT NULL,
  action       TEXT NOT NULL,
  email        TEXT NOT NULL,
  object       TEXT NOT NULL,
  outcome      TEXT NOT NULL,
  scope        TEXT NOT NULL,
  body         TEXT NOT NULL
) STRICT;
INSERT INTO entries VALUES(2,1,1,1795521600000000,2968,'MemberRoleChanged','ada@acme.example','Member/jane','Success','Organization','{"action":"MemberRoleChanged","actor":{"credential":"OIDC","email":"ada@acme.example","user":"oidc:ada"},"changes":[{"field":"spec.role","new":"Editor","old":"Viewer"}],"id":"00ff","note":"As she asked.","object":{"kind":"Member","name":"jane","uid":"uid-of-jane"},"organization":{"home":"acme-home","name":"acme","uid":"uid-of-acme"},"outcome":"Success","scope":"Organization","source":"Admission","time":"2026-11-24T12:00:00.000000Z"}');
INSERT INTO entries VALUES(16384,1,2,1795521600000000,2968,'MemberRoleChanged','ada@acme.example','Member/jane','Success','Organization','{"action":"MemberRoleChanged","actor":{"credential":"OIDC","email":"ada@acme.example","user":"oidc:ada"},"changes":[{"field":"spec.role","new":"Editor","old":"Viewer"}],"id":"01","note":"As she asked.","object":{"kind":"Member","name":"jane","uid":"uid-of-jane"},"organization":{"home":"acme-home","name":"acme","uid":"uid-of-acme"},"outcome":"Success","scope":"Organization","source":"Admission","time":"2026-11-24T12:00:00.000000Z"}');
INSERT INTO entries VALUES(16385,1,3,1795521600000000,2968,'MemberRoleChanged','ada@acme.example','Member/jane','Success','Organization','{"action":"MemberRoleChanged","actor":{"credential":"OIDC","email":"ada@acme.example","user":"oidc:ada"},"changes":[{"field":"spec.role","new":"Editor","old":"Viewer"}],"id":"not hexadecimal","note":"As she asked.","object":{"kind":"Member","name":"jane","uid":"uid-of-jane"},"organization":{"home":"acme-home","name":"acme","uid":"uid-of-acme"},"outcome":"Success","scope":"Organization","source":"Admission","time":"2026-11-24T12:00:00.000000Z"}');
INSERT INTO entries VALUES(40000,1,4,1795521600000000,2968,'MemberRoleChanged','ada@acme.example','Member/jane','Success','Organization','{"action":"MemberRoleChanged","actor":{"credential":"OIDC","email":"ada@acme.example","user":"oidc:ada"},"changes":[{"field":"spec.role","new":"Editor","old":"Viewer"}],"id":"02","note":"As she asked.","object":{"kind":"Member","name":"jane","uid":"uid-of-jane"},"organization":{"home":"acme-home","name":"acme","uid":"uid-of-acme"},"outcome":"Success","scope":"Organization","source":"Admission","time":"2026-11-24T12:00:00.000000Z"}');
CREATE TABLE entry_ids (
  id  ANY PRIMARY KEY NOT NULL,
  row INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO entry_ids VALUES(X'00ff',2);
INSERT INTO entry_ids VALUES(X'01',16384);
INSERT INTO entry_ids VALUES(X'02',40000);
INSERT INTO entry_ids VALUES('not hexadecimal',16385);
CREATE TABLE leaves (
  organization INTEGER NOT NULL,
  place        INTEGER NOT NULL,
  row          INTEGER NOT NULL,
  hash         BLOB NOT NULL,
  PRIMARY KEY (organization, place)
) STRICT, WITHOUT ROWID;
INSERT INTO leaves VALUES(1,0,1,X'131688db8f88960fcd030194ea651c6a97524e77f3ee8d58bb078933e139fb40');
INSERT INTO leaves VALUES(1,1,2,X'b63379eddbcff59dd95a3a4cb43ed5eadf15a82b7257bc11bc052d02a2f74505');
INSERT INTO leaves VALUES(1,2,16384,X'96e41dce27468c1032761ff10be2345ea775d7d38f38aeb599eb7584a0f7ab67');
INSERT INTO leaves VALUES(1,3,16385,X'a59562b9c23b325e955af69ad9bba916a4c781d4e5c78155b3f2f6a1d6871780');
INSERT INTO leaves VALUES(1,4,40000,X'1c1f3c0fe85b8b27d5cc2c113a170ef48f4e34b0d91caa32cea9caf1fce0d6b3');
CREATE TABLE newest (row INTEGER NOT NULL, removed INTEGER NOT NULL) STRICT;
INSERT INTO newest VALUES(40000,39999);
CREATE TABLE marks (
  name TEXT PRIMARY KEY NOT NULL,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO marks VALUES('complete until','noon');
CREATE INDEX by_time ON entries (time);
CREATE INDEX by_organization ON entries (week, organization, time);
CREATE INDEX by_action ON entries (week, action, organization, time);
CREATE INDEX by_email ON entries (week, email, organization, time) WHERE email <> '';
CREATE INDEX by_object ON entries (week, object, organization, time);
COMMIT;
PRAGMA application_id = 1196181569;
PRAGMA user_version = 1;
