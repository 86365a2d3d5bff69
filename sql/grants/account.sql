-- account: people and rights. It gives and takes roles inside companies, invites, and ends sessions; it
-- sees no request, document or ticket, and cannot read a secret of a second factor.

-- The session of the person on the line; of others it may be ended or sent to renew its token.
GRANT SELECT, UPDATE (last_seen_at, renew, ended_at, end_reason, support_company_id, support_until,
                      support_visit_id)
    ON session TO 'kontor_account'@'localhost';
GRANT SELECT,
      INSERT (login, display_name, email, language, company_id, is_staff, created_at),
      UPDATE (access_ended_at)
    ON person TO 'kontor_account'@'localhost';
GRANT SELECT (person_id, role) ON staff_role TO 'kontor_account'@'localhost';
GRANT SELECT (person_id, team_key) ON team_member TO 'kontor_account'@'localhost';
GRANT SELECT (id, reference, name, state, zone) ON company TO 'kontor_account'@'localhost';
GRANT SELECT (person_id, created_at), INSERT ON parked_post TO 'kontor_account'@'localhost';

-- People of a company, their roles, invitations.
GRANT SELECT (company_id, person_id, role, market_key),
      INSERT (company_id, person_id, role, market_key, given_by, given_at), DELETE
    ON company_role TO 'kontor_account'@'localhost';
GRANT SELECT (id, person_id, issuer, subject, login_key, last_sign_on_at),
      INSERT (person_id, issuer, subject, login_key, created_at, last_sign_on_at), DELETE
    ON identity TO 'kontor_account'@'localhost';
GRANT SELECT (person_id, invited_by, created_at, expires_at, used_at),
      INSERT (token_sha256, person_id, invited_by, created_at, expires_at), UPDATE (expires_at)
    ON invitation TO 'kontor_account'@'localhost';
GRANT SELECT ON market TO 'kontor_account'@'localhost';

-- What is taken away: sign-ons under way, and a second factor that somebody has lost.
GRANT SELECT (person_id), DELETE ON pending_sign_on TO 'kontor_account'@'localhost';
GRANT SELECT (person_id), DELETE ON second_factor TO 'kontor_account'@'localhost';
GRANT SELECT (person_id), DELETE ON recovery_code TO 'kontor_account'@'localhost';

-- Which staff opened whose people.
GRANT INSERT (at, person_id, company_id, kind, object, trace_id) ON access_log TO 'kontor_account'@'localhost';

-- The support view: begun, ended, and read by the company.
GRANT SELECT, INSERT (company_id, person_id, reason, started_at, until_at), UPDATE (ended_at)
    ON support_visit TO 'kontor_account'@'localhost';

-- The trail behind every change.
GRANT INSERT (at, program, trace_id, action, person_id, company_id, request_id, object, detail)
    ON audit_event TO 'kontor_account'@'localhost';
GRANT INSERT (unique_key, template, recipient, language, payload, request_id, available_at, created_at)
    ON outbox TO 'kontor_account'@'localhost';
