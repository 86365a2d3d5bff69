-- The steps of a request that its customer may know: two fields of the history and nothing else.
-- The accounts of the customer's side read this view and have no right on the history itself, since
-- that quotes internal notes.

CREATE SQL SECURITY DEFINER VIEW customer_timeline AS
    SELECT id, request_id, field, new_value, changed_at
    FROM history
    WHERE object = 'request' AND field IN ('state', 'phase');
