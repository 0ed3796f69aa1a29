-- The nick of the user who edited or deleted a line; empty if nobody did.
ALTER TABLE line ADD COLUMN by TEXT NOT NULL DEFAULT '';

-- It stood in the place of a deleted text.
UPDATE line SET by = text, text = '' WHERE state = 'deleted';

-- Operators could edit lines of others, which the audit trail tells; all others edited their own.
UPDATE line SET by = coalesce(
    (
        SELECT audit.nick FROM audit
        WHERE audit.room = line.room AND audit.deed = 'edit line ' || line.number || ' of'
        ORDER BY audit.id DESC LIMIT 1
    ),
    nick
)
WHERE state = 'edited';
