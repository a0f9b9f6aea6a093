-- What a token is narrowed to, within what its owner may.

-- Ids of the only clusters it reaches, as JSON; NULL: every cluster of its owner.
ALTER TABLE api_tokens ADD COLUMN clusters TEXT;
ALTER TABLE api_tokens ADD COLUMN read_only INTEGER NOT NULL DEFAULT 0;
