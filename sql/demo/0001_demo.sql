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
    ('it', 'IT', 'IT', 'it@example.org');

INSERT IGNORE INTO company_role (company_id, login, role, given_at) VALUES
    (1, 'coordinator', 'coordinator', '2019-03-01 09:00:00'),
    (1, 'applicant', 'applicant', '2019-03-01 09:00:00'),
    (1, 'signatory', 'signatory', '2019-03-01 09:00:00'),
    (1, 'readonly', 'readonly', '2019-03-01 09:00:00'),
    (2, 'other', 'coordinator', '2021-10-15 09:00:00'),
    (3, 'former', 'applicant', '2016-06-20 09:00:00');
