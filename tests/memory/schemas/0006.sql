BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0006');
CREATE TABLE conversations (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	title VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, titled BOOLEAN DEFAULT 1 NOT NULL, pinned BOOLEAN DEFAULT 0 NOT NULL, archived BOOLEAN DEFAULT 0 NOT NULL, folder_id VARCHAR, trashed_at BIGINT, 
	CONSTRAINT pk_conversations PRIMARY KEY (number), 
	CONSTRAINT uq_conversations_id UNIQUE (id)
);
INSERT INTO "conversations" VALUES(1,'ead107acfa874b78b79e648c977c772d','Räin & "quotes"',1772366401000000,1772366404000000,1,1,0,'f1',NULL);
CREATE TABLE embeddings (
	message_id VARCHAR NOT NULL, 
	embedder VARCHAR NOT NULL, 
	vector BLOB NOT NULL, 
	CONSTRAINT pk_embeddings PRIMARY KEY (message_id, embedder), 
	CONSTRAINT fk_embeddings_message_id FOREIGN KEY(message_id) REFERENCES messages (id) ON DELETE CASCADE
);
INSERT INTO "embeddings" VALUES('da43d2e96dc445a8b2f13b8bc488193f','e1',X'000000000000803F0000000000000000');
CREATE TABLE feedback (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	message_id VARCHAR NOT NULL, 
	label INTEGER NOT NULL, 
	reasons JSON NOT NULL, 
	note VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_feedback PRIMARY KEY (number), 
	CONSTRAINT uq_feedback_id UNIQUE (id), 
	CONSTRAINT uq_feedback_message_id UNIQUE (message_id), 
	CONSTRAINT fk_feedback_message_id FOREIGN KEY(message_id) REFERENCES messages (id) ON DELETE CASCADE
);
INSERT INTO "feedback" VALUES(1,'0de7daa255b945acb9f304efa51ad255','be420eab82eb4640a252e49676cbb44f',-1,'["too_short"]','more, please',1772366405000000);
CREATE TABLE folders (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	collapsed BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_folders PRIMARY KEY (number), 
	CONSTRAINT uq_folders_id UNIQUE (id)
);
INSERT INTO "folders" VALUES(1,'f1','Weather',1);
CREATE TABLE messages (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	conversation_id VARCHAR NOT NULL, 
	parent_id VARCHAR, 
	role VARCHAR NOT NULL, 
	content VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_messages PRIMARY KEY (number), 
	CONSTRAINT uq_messages_id UNIQUE (id), 
	CONSTRAINT fk_messages_conversation_id FOREIGN KEY(conversation_id) REFERENCES conversations (id) ON DELETE CASCADE, 
	CONSTRAINT fk_messages_parent_id FOREIGN KEY(parent_id) REFERENCES messages (id) ON DELETE CASCADE
);
INSERT INTO "messages" VALUES(1,'da43d2e96dc445a8b2f13b8bc488193f','ead107acfa874b78b79e648c977c772d',NULL,'user','Why does it rain?','complete',1772366402000000);
INSERT INTO "messages" VALUES(2,'2c3cb37ca2ef429aae8e4f50234a695f','ead107acfa874b78b79e648c977c772d','da43d2e96dc445a8b2f13b8bc488193f','assistant','An earlier reply','interrupted',1772366403000000);
INSERT INTO "messages" VALUES(3,'be420eab82eb4640a252e49676cbb44f','ead107acfa874b78b79e648c977c772d','da43d2e96dc445a8b2f13b8bc488193f','assistant','It''s water.
That''s all.','complete',1772366404000000);
CREATE TABLE own_principles (
	number INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	positive_label VARCHAR NOT NULL, 
	positive_instruction VARCHAR NOT NULL, 
	negative_label VARCHAR NOT NULL, 
	negative_instruction VARCHAR NOT NULL, 
	earlier JSON NOT NULL, 
	created_at BIGINT NOT NULL, 
	retired_at BIGINT, 
	CONSTRAINT pk_own_principles PRIMARY KEY (number), 
	CONSTRAINT uq_own_principles_name UNIQUE (name)
);
INSERT INTO "own_principles" VALUES(1,'own_0123456789ab','Poetic','Answer like a poet.','Sober','Answer soberly.','[]',1772366409000000,NULL);
CREATE TABLE pairs (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	preferred_id VARCHAR NOT NULL, 
	other_id VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	CONSTRAINT pk_pairs PRIMARY KEY (number), 
	CONSTRAINT uq_pairs_id UNIQUE (id), 
	CONSTRAINT fk_pairs_preferred_id FOREIGN KEY(preferred_id) REFERENCES messages (id) ON DELETE CASCADE, 
	CONSTRAINT fk_pairs_other_id FOREIGN KEY(other_id) REFERENCES messages (id) ON DELETE CASCADE
);
INSERT INTO "pairs" VALUES(1,'b05bed5a15ef4d8da39416c75dce0a9f','2c3cb37ca2ef429aae8e4f50234a695f','be420eab82eb4640a252e49676cbb44f','compared',1772366406000000);
CREATE TABLE principle_settings (
	name VARCHAR NOT NULL, 
	value FLOAT, 
	enabled BOOLEAN NOT NULL, 
	CONSTRAINT pk_principle_settings PRIMARY KEY (name)
);
INSERT INTO "principle_settings" VALUES('warm',0.5,1);
CREATE TABLE principles (
	name VARCHAR NOT NULL, 
	poles_hash VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_principles PRIMARY KEY (name)
);
INSERT INTO "principles" VALUES('concise','hash-1',0);
INSERT INTO "principles" VALUES('warm','hash-2',1);
CREATE TABLE reply_features (
	message_id VARCHAR NOT NULL, 
	reward_version VARCHAR NOT NULL, 
	names JSON NOT NULL, 
	"values" BLOB NOT NULL, 
	mean_base_logprob FLOAT NOT NULL, 
	tokens INTEGER NOT NULL, 
	CONSTRAINT pk_reply_features PRIMARY KEY (message_id, reward_version), 
	CONSTRAINT fk_reply_features_message_id FOREIGN KEY(message_id) REFERENCES messages (id) ON DELETE CASCADE
);
INSERT INTO "reply_features" VALUES('be420eab82eb4640a252e49676cbb44f','v1','["concise", "warm"]',X'000000000000E03F000000000000D0BF',-0.7,9);
INSERT INTO "reply_features" VALUES('2c3cb37ca2ef429aae8e4f50234a695f','v1','["concise", "warm"]',X'9A9999999999B93F000000000000D03F',-0.9,90);
CREATE TABLE reply_traces (
	message_id VARCHAR NOT NULL, 
	model_id VARCHAR NOT NULL, 
	model_name VARCHAR NOT NULL, 
	reward VARCHAR NOT NULL, 
	strength FLOAT NOT NULL, 
	weights JSON NOT NULL, 
	seed BIGINT NOT NULL, 
	sampling JSON NOT NULL, 
	finish_reason VARCHAR NOT NULL, 
	tokens INTEGER NOT NULL, 
	prompt_tokens INTEGER NOT NULL, 
	time_to_first_token FLOAT NOT NULL, 
	tokens_per_second FLOAT NOT NULL, 
	changed_share FLOAT NOT NULL, 
	mean_base_logprob FLOAT NOT NULL, 
	dropped_messages INTEGER NOT NULL, instructions JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_reply_traces PRIMARY KEY (message_id), 
	CONSTRAINT fk_reply_traces_message_id FOREIGN KEY(message_id) REFERENCES messages (id) ON DELETE CASCADE
);
INSERT INTO "reply_traces" VALUES('be420eab82eb4640a252e49676cbb44f','sha','Tiny','teacher',1.0,'{"concise": 0.25}',1099511627776,'{"temperature": 0.7}','stop',12,30,0.1,90.0,0.2,-0.7,0,'["Be brief."]');
CREATE TABLE settings (
	"key" VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY ("key")
);
INSERT INTO "settings" VALUES('strength','1.5');
CREATE TABLE statement_embeddings (
	statement_id VARCHAR NOT NULL, 
	embedder VARCHAR NOT NULL, 
	vector BLOB NOT NULL, 
	CONSTRAINT pk_statement_embeddings PRIMARY KEY (statement_id, embedder), 
	CONSTRAINT fk_statement_embeddings_statement_id FOREIGN KEY(statement_id) REFERENCES statements (id) ON DELETE CASCADE
);
INSERT INTO "statement_embeddings" VALUES('s1','e1',X'0000803F00000000');
CREATE TABLE statements (
	number INTEGER NOT NULL, 
	id VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	created_at BIGINT NOT NULL, 
	superseded_at BIGINT, 
	superseded_by VARCHAR, message_id VARCHAR, principle VARCHAR, value FLOAT, used_at BIGINT, 
	CONSTRAINT pk_statements PRIMARY KEY (number), 
	CONSTRAINT uq_statements_id UNIQUE (id), 
	CONSTRAINT fk_statements_superseded_by FOREIGN KEY(superseded_by) REFERENCES statements (id) ON DELETE SET NULL
);
INSERT INTO "statements" VALUES(1,'s1','I am a nurse','fact',1772366400000000,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE declined_statements (
	message_id VARCHAR NOT NULL, 
	text VARCHAR NOT NULL, 
	CONSTRAINT pk_declined_statements PRIMARY KEY (message_id, text), 
	CONSTRAINT fk_declined_statements_message_id FOREIGN KEY(message_id) REFERENCES messages (id) ON DELETE CASCADE
);
INSERT INTO "declined_statements" VALUES('da43d2e96dc445a8b2f13b8bc488193f','I like rain');
CREATE TABLE statement_uses (
	message_id VARCHAR NOT NULL, 
	statement_id VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_statement_uses PRIMARY KEY (message_id, statement_id), 
	CONSTRAINT fk_statement_uses_message_id FOREIGN KEY(message_id) REFERENCES messages (id) ON DELETE CASCADE, 
	CONSTRAINT fk_statement_uses_statement_id FOREIGN KEY(statement_id) REFERENCES statements (id) ON DELETE CASCADE
);
INSERT INTO "statement_uses" VALUES('be420eab82eb4640a252e49676cbb44f','s1',0);
CREATE INDEX ix_statement_uses_statement_id ON statement_uses (statement_id);
CREATE INDEX ix_conversations_updated_at ON conversations (updated_at);
CREATE INDEX ix_messages_conversation_id ON messages (conversation_id);
CREATE INDEX ix_messages_parent_id ON messages (parent_id);
CREATE INDEX ix_messages_state ON messages (state);
CREATE INDEX ix_messages_created_at ON messages (created_at);
CREATE INDEX ix_reply_features_reward_version ON reply_features (reward_version);
CREATE INDEX ix_feedback_created_at ON feedback (created_at);
CREATE INDEX ix_embeddings_embedder ON embeddings (embedder);
CREATE INDEX ix_pairs_preferred_id ON pairs (preferred_id);
CREATE INDEX ix_pairs_other_id ON pairs (other_id);
CREATE INDEX ix_pairs_created_at ON pairs (created_at);
CREATE INDEX ix_conversations_folder_id ON conversations (folder_id);
CREATE INDEX ix_conversations_trashed_at ON conversations (trashed_at);
CREATE VIEW finished_messages AS SELECT number, content FROM messages WHERE state <> 'streaming';
CREATE VIRTUAL TABLE title_index USING fts5 (title, content = 'conversations', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3');
CREATE VIRTUAL TABLE message_index USING fts5 (content, content = 'finished_messages', content_rowid = 'number', tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3');
CREATE TRIGGER title_added AFTER INSERT ON conversations BEGIN INSERT INTO title_index (rowid, title) VALUES (new.number, new.title); END;
CREATE TRIGGER title_gone AFTER DELETE ON conversations BEGIN INSERT INTO title_index (title_index, rowid, title) VALUES ('delete', old.number, old.title); END;
CREATE TRIGGER title_changed AFTER UPDATE OF title ON conversations WHEN old.title <> new.title BEGIN INSERT INTO title_index (title_index, rowid, title) VALUES ('delete', old.number, old.title); INSERT INTO title_index (rowid, title) VALUES (new.number, new.title); END;
CREATE TRIGGER message_added AFTER INSERT ON messages WHEN new.state <> 'streaming' BEGIN INSERT INTO message_index (rowid, content) VALUES (new.number, new.content); END;
CREATE TRIGGER message_gone AFTER DELETE ON messages WHEN old.state <> 'streaming' BEGIN INSERT INTO message_index (message_index, rowid, content) VALUES ('delete', old.number, old.content); END;
CREATE TRIGGER message_changed AFTER UPDATE OF content, state ON messages WHEN old.state <> 'streaming' AND new.state <> 'streaming' BEGIN INSERT INTO message_index (message_index, rowid, content) VALUES ('delete', old.number, old.content); INSERT INTO message_index (rowid, content) VALUES (new.number, new.content); END;
CREATE TRIGGER message_continued AFTER UPDATE OF content, state ON messages WHEN old.state <> 'streaming' AND new.state = 'streaming' BEGIN INSERT INTO message_index (message_index, rowid, content) VALUES ('delete', old.number, old.content); END;
CREATE TRIGGER message_finished AFTER UPDATE OF content, state ON messages WHEN old.state = 'streaming' AND new.state <> 'streaming' BEGIN INSERT INTO message_index (rowid, content) VALUES (new.number, new.content); END;
INSERT INTO message_index (message_index) VALUES ('rebuild');
INSERT INTO title_index (title_index) VALUES ('rebuild');
COMMIT;
