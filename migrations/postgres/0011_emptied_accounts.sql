-- When an account was found at its provider without any of the groups that it had: a directory that suddenly shows many
-- like this is broken, as one that misses many.
ALTER TABLE users ADD COLUMN emptied_at BIGINT;
