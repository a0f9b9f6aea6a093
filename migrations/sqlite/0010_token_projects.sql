-- API tokens for some projects only.

-- Ids of the projects it reaches, as JSON, beside the clusters in `clusters`; NULL in both: everything of its owner.
ALTER TABLE api_tokens ADD COLUMN projects TEXT;
