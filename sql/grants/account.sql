-- account: people and rights. It gives and takes roles inside companies, invites, and ends sessions; it
-- sees no request, document or ticket, and cannot read a secret of a second factor.

-- The session of the person on the line; of others it may be ended or sent to renew its token.
GRANT SELECT, UPDATE (last_seen_at) ON session TO 'kontor_account'@'localhost';
GRANT SELECT ON person TO 'kontor_account'@'localhost';
GRANT SELECT (person_id, role) ON staff_role TO 'kontor_account'@'localhost';
GRANT SELECT (person_id, team_key) ON team_member TO 'kontor_account'@'localhost';
GRANT SELECT (company_id, person_id, role, market_key) ON company_role TO 'kontor_account'@'localhost';
GRANT SELECT (id, reference, name, state) ON company TO 'kontor_account'@'localhost';
GRANT SELECT (person_id, created_at), INSERT ON parked_post TO 'kontor_account'@'localhost';

-- People of a company.
GRANT SELECT (person_id, subject, last_sign_on_at) ON identity TO 'kontor_account'@'localhost';
GRANT SELECT (person_id) ON second_factor TO 'kontor_account'@'localhost';
GRANT SELECT (person_id, expires_at, used_at) ON invitation TO 'kontor_account'@'localhost';
GRANT SELECT ON market TO 'kontor_account'@'localhost';

-- Which staff opened whose people.
GRANT INSERT (at, person_id, company_id, kind, object, trace_id) ON access_log TO 'kontor_account'@'localhost';

-- What is taken away: sessions and sign-ons under way, and a second factor that somebody has lost.
GRANT UPDATE (ended_at, end_reason) ON session TO 'kontor_account'@'localhost';
GRANT SELECT (person_id), DELETE ON pending_sign_on TO 'kontor_account'@'localhost';
GRANT DELETE ON second_factor TO 'kontor_account'@'localhost';
GRANT SELECT (person_id), DELETE ON recovery_code TO 'kontor_account'@'localhost';

-- The trail behind every change.
GRANT INSERT (at, program, trace_id, action, person_id, company_id, request_id, object, detail)
    ON audit_event TO 'kontor_account'@'localhost';
GRANT INSERT (unique_key, template, recipient, language, payload, request_id, available_at, created_at)
    ON outbox TO 'kontor_account'@'localhost';
