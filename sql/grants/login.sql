-- login: who is there. It makes and ends sessions, and sees no request, document or ticket.

GRANT SELECT, INSERT (login, display_name, email, language, company_id, is_staff, created_at),
      UPDATE (login, display_name, email, language, zone, company_id, is_staff)
    ON person TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT (person_id, issuer, subject, login_key, created_at, last_sign_on_at),
      UPDATE (subject, login_key, last_sign_on_at)
    ON identity TO 'kontor_login'@'localhost';
GRANT SELECT (id, token_sha256, person_id, invited_by, expires_at, used_at), UPDATE (used_at)
    ON invitation TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT (person_id, kind, secret, last_counter, created_at), UPDATE (secret, last_counter), DELETE
    ON second_factor TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT (person_id, code_sha256, created_at), UPDATE (used_at), DELETE
    ON recovery_code TO 'kontor_login'@'localhost';
GRANT INSERT (unique_key, template, recipient, language, payload, request_id, available_at, created_at)
    ON outbox TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT (token_sha256, person_id, payload, created_at, expires_at), UPDATE (tries), DELETE
    ON pending_sign_on TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT, DELETE ON staff_role TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT, DELETE ON team_member TO 'kontor_login'@'localhost';
GRANT SELECT (team_key) ON team TO 'kontor_login'@'localhost';
GRANT SELECT (id, reference, name, state, zone) ON company TO 'kontor_login'@'localhost';
GRANT SELECT (company_id, person_id, role, market_key) ON company_role TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT (token_sha256, person_id, identity_id, method, second_factor, created_at,
                      confirmed_at, last_seen_at, expires_at, device, network),
      UPDATE (token_sha256, old_token_sha256, second_factor, confirmed_at, last_seen_at, renew, ended_at,
              end_reason), DELETE
    ON session TO 'kontor_login'@'localhost';
GRANT SELECT (session_id, issuer, subject, sid), INSERT (session_id, issuer, subject, sid)
    ON session_provider TO 'kontor_login'@'localhost';
-- Signing out ends a support view.
GRANT SELECT (person_id, ended_at, until_at), UPDATE (ended_at) ON support_visit TO 'kontor_login'@'localhost';
GRANT SELECT (expires_at), INSERT (token_sha256, expires_at), DELETE ON used_token TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON login_throttle TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT, UPDATE ON circuit_breaker TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT, DELETE ON parked_post TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT (issuer, due_at), UPDATE ON directory_sync TO 'kontor_login'@'localhost';
GRANT INSERT (at, program, trace_id, action, person_id, company_id, request_id, object, detail)
    ON audit_event TO 'kontor_login'@'localhost';
