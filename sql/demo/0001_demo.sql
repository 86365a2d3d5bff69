-- Demo data: three member companies, the departments, and who may do what inside the companies. The
-- people themselves are in the demo's directory and become rows when they sign on. Can be loaded
-- again: what is there stays.

INSERT IGNORE INTO company (id, reference, name, state, zone, created_at) VALUES
    (1, 'M-1001', 'Nordlicht Energiehandel GmbH', 'active', 'Europe/Berlin', '2019-03-01 09:00:00'),
    (2, 'M-1002', 'Südwerk Trading AG', 'active', 'Europe/Berlin', '2021-10-15 09:00:00'),
    (3, 'M-1003', 'Altstadt Gas GmbH', 'ended', 'Europe/Berlin', '2016-06-20 09:00:00');

INSERT INTO company_attribute (company_id, attribute_key, valid_from, value, recorded_at)
SELECT company_id, attribute_key, valid_from, value, recorded_at FROM (
    SELECT 1 AS company_id, 'address.street' AS attribute_key, DATE '2019-03-01' AS valid_from,
           'Speicherstraße' AS value, TIMESTAMP '2019-03-01 09:00:00' AS recorded_at
    UNION ALL SELECT 1, 'address.house_number', '2019-03-01', '12', '2019-03-01 09:00:00'
    UNION ALL SELECT 1, 'address.postal_code', '2019-03-01', '20457', '2019-03-01 09:00:00'
    UNION ALL SELECT 1, 'address.city', '2019-03-01', 'Hamburg', '2019-03-01 09:00:00'
    UNION ALL SELECT 1, 'address.country', '2019-03-01', 'DE', '2019-03-01 09:00:00'
    UNION ALL SELECT 2, 'address.street', '2021-10-15', 'Isarkai', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'address.house_number', '2021-10-15', '7a', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'address.postal_code', '2021-10-15', '80331', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'address.city', '2021-10-15', 'München', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'address.country', '2021-10-15', 'DE', '2021-10-15 09:00:00'
    UNION ALL SELECT 3, 'address.street', '2016-06-20', 'Am Markt', '2016-06-20 09:00:00'
    UNION ALL SELECT 3, 'address.house_number', '2016-06-20', '3', '2016-06-20 09:00:00'
    UNION ALL SELECT 3, 'address.postal_code', '2016-06-20', '99084', '2016-06-20 09:00:00'
    UNION ALL SELECT 3, 'address.city', '2016-06-20', 'Erfurt', '2016-06-20 09:00:00'
    UNION ALL SELECT 3, 'address.country', '2016-06-20', 'DE', '2016-06-20 09:00:00'
) initial
WHERE NOT EXISTS (SELECT 1 FROM company_attribute a WHERE a.company_id = initial.company_id
                  AND a.attribute_key = initial.attribute_key);

INSERT IGNORE INTO team (team_key, name_en, name_de, email) VALUES
    ('service', 'Service team', 'Service-Team', 'service@example.org'),
    ('compliance', 'Compliance', 'Compliance', 'compliance@example.org'),
    ('credit', 'Credit analysis', 'Kreditanalyse', 'credit@example.org'),
    ('clearing', 'Clearing', 'Clearing', 'clearing@example.org'),
    ('admission', 'Admission', 'Zulassung', 'admission@example.org'),
    ('onboarding', 'Market set-up', 'Marktanbindung', 'onboarding@example.org'),
    ('it', 'IT', 'IT', 'it@example.org'),
    ('management', 'Exchange management', 'Börsengeschäftsführung', 'management@example.org');

-- Who is known already: invited, and bound by the first sign-on with this login.
INSERT INTO person (login, display_name, email, company_id, is_staff, created_at)
SELECT login, display_name, CONCAT(login, '@example.org'), company_id, 0, created_at FROM (
    SELECT 'coordinator' AS login, 'Claudia Behrens' AS display_name, 1 AS company_id,
           TIMESTAMP '2019-03-01 09:00:00' AS created_at
    UNION ALL SELECT 'applicant', 'Anna Petersen', 1, '2019-03-01 09:00:00'
    UNION ALL SELECT 'signatory', 'Sven Thomsen', 1, '2019-03-01 09:00:00'
    UNION ALL SELECT 'readonly', 'Rita Lindner', 1, '2019-03-01 09:00:00'
    UNION ALL SELECT 'other', 'Otto Huber', 2, '2021-10-15 09:00:00'
    UNION ALL SELECT 'former', 'Frieda Alt', 3, '2016-06-20 09:00:00'
) invited
WHERE NOT EXISTS (SELECT 1 FROM identity i WHERE i.issuer = 'ldap:main' AND i.login_key = invited.login);

INSERT IGNORE INTO identity (person_id, issuer, login_key, created_at)
SELECT p.id, 'ldap:main', p.login, p.created_at FROM person p
WHERE p.login IN ('coordinator', 'applicant', 'signatory', 'readonly', 'other', 'former');

INSERT IGNORE INTO market (market_key, name_en, name_de, position) VALUES
    ('power-de', 'Power Germany', 'Strom Deutschland', 1),
    ('power-fr', 'Power France', 'Strom Frankreich', 2),
    ('gas-the', 'Natural gas THE', 'Erdgas THE', 3),
    ('gas-ttf', 'Natural gas TTF', 'Erdgas TTF', 4);

INSERT IGNORE INTO company_role (company_id, person_id, role, given_at)
SELECT p.company_id, p.id, r.role, p.created_at FROM person p JOIN (
    SELECT 'coordinator' AS login, 'coordinator' AS role
    UNION ALL SELECT 'applicant', 'applicant'
    UNION ALL SELECT 'signatory', 'signatory'
    UNION ALL SELECT 'signatory', 'board'
    UNION ALL SELECT 'readonly', 'readonly'
    UNION ALL SELECT 'other', 'coordinator'
    UNION ALL SELECT 'former', 'applicant'
) r ON r.login = p.login
WHERE p.is_staff = 0;
