-- What the demo's companies have on record. The catalogue that this names (catalogue.json) is loaded
-- before. Can be loaded again: what is there stays.

INSERT INTO company_attribute (company_id, attribute_key, valid_from, value, recorded_at)
SELECT company_id, attribute_key, valid_from, value, recorded_at FROM (
    SELECT 1 AS company_id, 'bank.account_holder' AS attribute_key, DATE '2019-03-01' AS valid_from,
           'Nordlicht Energiehandel GmbH' AS value, TIMESTAMP '2019-03-01 09:00:00' AS recorded_at
    UNION ALL SELECT 1, 'bank.name', '2019-03-01', 'Hansebank AG', '2019-03-01 09:00:00'
    UNION ALL SELECT 1, 'company.legal_form', '2019-03-01', 'GmbH', '2019-03-01 09:00:00'
    UNION ALL SELECT 1, 'company.lei', '2019-03-01', '529900NORDLICHT00179', '2019-03-01 09:00:00'
    UNION ALL SELECT 1, 'company.register_court', '2019-03-01', 'Amtsgericht Hamburg', '2019-03-01 09:00:00'
    UNION ALL SELECT 1, 'company.register_number', '2019-03-01', 'HRB 100001', '2019-03-01 09:00:00'
    UNION ALL SELECT 1, 'company.vat_id', '2019-03-01', 'DE100000001', '2019-03-01 09:00:00'
    UNION ALL SELECT 2, 'bank.name', '2021-10-15', 'Isarbank AG', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'company.legal_form', '2021-10-15', 'AG', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'company.lei', '2021-10-15', '529900SUEDWERK000244', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'company.register_court', '2021-10-15', 'Amtsgericht München', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'company.register_number', '2021-10-15', 'HRB 200002', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'company.vat_id', '2021-10-15', 'DE200000002', '2021-10-15 09:00:00'
    UNION ALL SELECT 1, 'bank.iban', '2019-03-01', 'DE02120300000000202051', '2019-03-01 09:00:00'
    UNION ALL SELECT 1, 'bank.bic', '2019-03-01', 'BYLADEM1001', '2019-03-01 09:00:00'
    UNION ALL SELECT 2, 'bank.account_holder', '2021-10-15', 'Südwerk Trading AG', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'bank.iban', '2021-10-15', 'DE02500105170137075030', '2021-10-15 09:00:00'
    UNION ALL SELECT 2, 'bank.bic', '2021-10-15', 'INGDDEFF', '2021-10-15 09:00:00'
) initial
WHERE NOT EXISTS (SELECT 1 FROM company_attribute a WHERE a.company_id = initial.company_id
                  AND a.attribute_key = initial.attribute_key);

INSERT INTO membership (company_id, exchange_key, valid_from, ends_on, is_open, recorded_at)
SELECT company_id, exchange_key, valid_from, ends_on, IF(ends_on IS NULL, 1, NULL), valid_from FROM (
    SELECT 1 AS company_id, 'eex' AS exchange_key, DATE '2019-03-01' AS valid_from, CAST(NULL AS DATE) AS ends_on
    UNION ALL SELECT 1, 'epex-spot', '2020-05-01', NULL
    UNION ALL SELECT 2, 'eex', '2021-10-15', NULL
    UNION ALL SELECT 3, 'eex', '2016-06-20', '2024-12-31'
) initial
WHERE NOT EXISTS (SELECT 1 FROM membership m WHERE m.company_id = initial.company_id
                  AND m.exchange_key = initial.exchange_key);

INSERT INTO entitlement (company_id, product_key, market_key, volume, unit, valid_from, ends_on, is_open,
                         recorded_at)
SELECT company_id, product_key, market_key, volume, unit, valid_from, ends_on, IF(ends_on IS NULL, 1, NULL),
       valid_from FROM (
    SELECT 1 AS company_id, 'power-base' AS product_key, 'power-de' AS market_key, 120000 AS volume,
           'MWh' AS unit, DATE '2019-03-01' AS valid_from, CAST(NULL AS DATE) AS ends_on
    UNION ALL SELECT 1, 'power-peak', 'power-de', 30000, 'MWh', '2019-03-01', NULL
    UNION ALL SELECT 1, 'gas-spot', 'gas-the', 50000, 'MWh', '2020-05-01', NULL
    UNION ALL SELECT 1, 'power-day-ahead', 'spot-de', 80000, 'MWh', '2020-05-01', NULL
    UNION ALL SELECT 2, 'gas-futures', 'gas-ttf', 200000, 'MWh', '2021-10-15', NULL
    UNION ALL SELECT 2, 'eua-spot', 'emissions-eu', 10000, 't CO2', '2022-02-01', NULL
    UNION ALL SELECT 3, 'gas-spot', 'gas-the', 15000, 'MWh', '2016-06-20', '2024-12-31'
) initial
WHERE NOT EXISTS (SELECT 1 FROM entitlement e WHERE e.company_id = initial.company_id
                  AND e.product_key = initial.product_key AND e.market_key = initial.market_key);

INSERT INTO board_member (company_id, name, function, birth_date, valid_from, recorded_at)
SELECT company_id, name, function, birth_date, valid_from, valid_from FROM (
    SELECT 1 AS company_id, 'Dr. Henrike Lorenzen' AS name, 'Geschäftsführerin' AS function,
           DATE '1968-04-12' AS birth_date, DATE '2019-03-01' AS valid_from
    UNION ALL SELECT 1, 'Malte Brandt', 'Geschäftsführer', '1975-09-30', '2022-07-01'
    UNION ALL SELECT 2, 'Josef Aigner', 'Vorstand', '1961-11-05', '2021-10-15'
    UNION ALL SELECT 2, 'Katharina Moser', 'Vorstand', '1979-02-18', '2023-01-01'
) initial
WHERE NOT EXISTS (SELECT 1 FROM board_member b WHERE b.company_id = initial.company_id
                  AND b.name = initial.name);

INSERT INTO clearing_access (company_id, house_key, member_name, valid_from, recorded_at)
SELECT company_id, house_key, member_name, valid_from, valid_from FROM (
    SELECT 1 AS company_id, 'ecc' AS house_key, 'Hansebank AG' AS member_name, DATE '2019-03-01' AS valid_from
    UNION ALL SELECT 2, 'ecc', 'Isar Clearing Bank AG', '2021-10-15'
) initial
WHERE NOT EXISTS (SELECT 1 FROM clearing_access c WHERE c.company_id = initial.company_id
                  AND c.house_key = initial.house_key);

INSERT IGNORE INTO obligation (company_id, kind, reference, text_en, text_de, due_on, opened_at) VALUES
    (2, 'payment', 'INV-2026-0417', 'Fees of the third quarter of 2026 are not paid yet',
     'Die Entgelte des dritten Quartals 2026 sind noch nicht bezahlt', '2026-12-15', '2026-10-05 07:00:00');
