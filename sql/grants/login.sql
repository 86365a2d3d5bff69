-- login: who is there. It makes and ends sessions, and sees no request, document or ticket.

GRANT SELECT, INSERT (login, display_name, email, language, company_id, is_staff, created_at),
      UPDATE (display_name, email, language, company_id, is_staff)
    ON person TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT, DELETE ON staff_role TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT, DELETE ON team_member TO 'kontor_login'@'localhost';
GRANT SELECT (team_key) ON team TO 'kontor_login'@'localhost';
GRANT SELECT (id, reference, name, state) ON company TO 'kontor_login'@'localhost';
GRANT SELECT (company_id, login, role) ON company_role TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT (token_sha256, person_id, created_at, last_seen_at, expires_at),
      UPDATE (last_seen_at, ended_at), DELETE
    ON session TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT, UPDATE, DELETE ON login_throttle TO 'kontor_login'@'localhost';
GRANT SELECT, INSERT, UPDATE ON circuit_breaker TO 'kontor_login'@'localhost';
GRANT SELECT, DELETE ON parked_post TO 'kontor_login'@'localhost';
GRANT INSERT (at, program, trace_id, action, person_id, company_id, request_id, object, detail)
    ON audit_event TO 'kontor_login'@'localhost';
