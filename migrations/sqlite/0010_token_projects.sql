-- API tokens for some projects only, and those that were made with another token.

-- Ids of the projects it reaches, as JSON, beside the clusters in `clusters`; NULL in both: everything of its owner.
ALTER TABLE api_tokens ADD COLUMN projects TEXT;
-- The token that it was made with: it goes with that one.
ALTER TABLE api_tokens ADD COLUMN made_with BLOB REFERENCES api_tokens (id) ON DELETE CASCADE;
CREATE INDEX api_tokens_made_with ON api_tokens (made_with);
