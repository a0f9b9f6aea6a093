-- As whom an administrator looks at the console in a session: a user or a group, or as oneself.

-- No foreign keys: when either is removed, the view stays, and sees nothing. It must not end unnoticed, since whoever
-- looks on would then change things as an administrator.
ALTER TABLE sessions ADD COLUMN viewed_user UUID;
ALTER TABLE sessions ADD COLUMN viewed_group UUID CHECK (viewed_user IS NULL OR viewed_group IS NULL);
