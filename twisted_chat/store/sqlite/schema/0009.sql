-- Reserved for the next step before 0010; nothing changes.
SELECT 1;
