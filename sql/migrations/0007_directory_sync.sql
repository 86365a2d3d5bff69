-- What login-sync knows of each directory: when it asks next, who is asking, what came of it.

-- lease_until: until then one process asks this directory; the others wait. away_since: it has not
-- answered since then, and nobody's session ended meanwhile.
CREATE TABLE directory_sync (
    issuer VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    due_at DATETIME(6) NOT NULL,
    lease_until DATETIME(6) NULL,
    finished_at DATETIME(6) NULL,
    took_ms BIGINT NOT NULL DEFAULT 0,
    asked INT NOT NULL DEFAULT 0,
    changed INT NOT NULL DEFAULT 0,
    ended INT NOT NULL DEFAULT 0,
    unclear INT NOT NULL DEFAULT 0,
    away_since DATETIME(6) NULL,
    away_reason VARCHAR(200) NOT NULL DEFAULT '',
    PRIMARY KEY (issuer)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- Live sessions in the order of their identities: login-sync pages through them.
ALTER TABLE session ADD KEY ix_session_live_identity (ended_at, identity_id);

-- Sessions from before identities were known belong to the person's only one.
UPDATE session s JOIN identity i ON i.person_id = s.person_id AND i.issuer = 'ldap:main'
    SET s.identity_id = i.id WHERE s.identity_id IS NULL AND s.ended_at IS NULL;
