BEGIN TRANSACTION -- READ COMMITTED;
DECLARE @granted INT;
EXEC @granted = sp_getapplock @Resource = @0, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 600000;
SELECT @granted AS "granted"
  -- @0 nvarchar;
IF SCHEMA_ID('platform') IS NULL BEGIN EXEC ('CREATE SCHEMA "platform"') END;
SELECT *
  FROM "atrium"."INFORMATION_SCHEMA"."TABLES"
  WHERE "TABLE_NAME" = @0 AND "TABLE_SCHEMA" = @1
  -- @0 nvarchar, @1 nvarchar;
CREATE TABLE "platform"."Migrations" ("id" int NOT NULL IDENTITY(1,1), "timestamp" bigint NOT NULL, "name" varchar(255) NOT NULL, CONSTRAINT "PK_8085e475940751afc8dddf8d1b7" PRIMARY KEY ("id"));
SELECT *
  FROM "atrium"."platform"."Migrations" "Migrations"
  ORDER BY "id" DESC;
CREATE TABLE "platform"."Tenants" (
    "Id" VARCHAR(63) NOT NULL CONSTRAINT "Tenants_PK" PRIMARY KEY,
    "Name" NVARCHAR(500) NOT NULL,
    "TimeZone" VARCHAR(64) NOT NULL,
    "SchemaName" VARCHAR(80) NOT NULL CONSTRAINT "Tenants_SchemaName" UNIQUE,
    "DatabaseUrl" NVARCHAR(2000) NULL,
    "Status" VARCHAR(10) NOT NULL
    CONSTRAINT "Tenants_Status" CHECK ("Status" IN ('active', 'suspended', 'retiring')),
    "CreatedOn" DATETIME2(3) NOT NULL
);
CREATE TABLE "platform"."Migrated" (
    "TenantId" VARCHAR(63) NOT NULL CONSTRAINT "Migrated_PK" PRIMARY KEY
    CONSTRAINT "Migrated_Tenant" REFERENCES "platform"."Tenants" ("Id") ON DELETE CASCADE,
    "Version" VARCHAR(13) NULL,
    "At" DATETIME2(3) NOT NULL,
    "Failure" NVARCHAR(2000) NULL
);
INSERT INTO "atrium"."platform"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
CREATE TABLE "platform"."TenantChanges" (
    "Revision" INT NOT NULL CONSTRAINT "TenantChanges_PK" PRIMARY KEY CLUSTERED,
    "At" DATETIME2(3) NOT NULL,
    "Actor" NVARCHAR(255) NOT NULL,
    "Action" VARCHAR(20) NOT NULL,
    "TenantId" VARCHAR(63) NOT NULL,
    "Before" NVARCHAR(MAX) NULL,
    "After" NVARCHAR(MAX) NULL
);
CREATE INDEX "TenantChanges_TenantId" ON "platform"."TenantChanges" ("TenantId", "Revision");
CREATE TABLE "platform"."Revision" (
    "Id" INT NOT NULL CONSTRAINT "Revision_PK" PRIMARY KEY CLUSTERED CONSTRAINT "Revision_OneRow" CHECK ("Id" = 1),
    "Value" INT NOT NULL,
    "Epoch" VARCHAR(36) NOT NULL
);
ALTER TABLE "platform"."Tenants" ADD "Revision" INT NULL;
INSERT INTO "platform"."Revision" ("Id", "Value", "Epoch")
  VALUES (1, 0, @0)
  -- @0 nvarchar;
INSERT INTO "atrium"."platform"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
ALTER TABLE "platform"."Tenants" ADD "Languages" VARCHAR(1000) NOT NULL CONSTRAINT "Tenants_Languages_Default" DEFAULT '[]';
INSERT INTO "atrium"."platform"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
CREATE TABLE "platform"."RolloutResults" (
    "KeyHash" VARCHAR(64) NOT NULL,
    "TenantId" VARCHAR(63) NOT NULL,
    "Key" NVARCHAR(100) NOT NULL,
    "At" DATETIME2(3) NOT NULL,
    "Status" VARCHAR(20) NOT NULL,
    "CampaignId" INT NULL,
    "Problem" NVARCHAR(MAX) NULL,
    CONSTRAINT "RolloutResults_PK" PRIMARY KEY ("KeyHash", "TenantId")
);
CREATE INDEX "RolloutResults_At" ON "platform"."RolloutResults" ("At");
INSERT INTO "atrium"."platform"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
CREATE TABLE "platform"."WorkLeases" (
    "TenantId" VARCHAR(63) NOT NULL CONSTRAINT "WorkLeases_PK" PRIMARY KEY
    CONSTRAINT "WorkLeases_Tenant" REFERENCES "platform"."Tenants" ("Id") ON DELETE CASCADE,
    "DueAt" DATETIME2(3) NULL,
    "Revision" INT NOT NULL,
    "Owner" VARCHAR(36) NULL,
    "Token" INT NOT NULL,
    "LeasedUntil" DATETIME2(3) NULL
);
CREATE INDEX "WorkLeases_DueAt" ON "platform"."WorkLeases" ("DueAt");
INSERT INTO "atrium"."platform"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
COMMIT;
SELECT "Tenant"."Id" AS "Tenant_Id", "Tenant"."Name" AS "Tenant_Name", "Tenant"."TimeZone" AS "Tenant_TimeZone", "Tenant"."Languages" AS "Tenant_Languages", "Tenant"."SchemaName" AS "Tenant_SchemaName", "Tenant"."DatabaseUrl" AS "Tenant_DatabaseUrl", "Tenant"."Status" AS "Tenant_Status", "Tenant"."CreatedOn" AS "Tenant_CreatedOn", "Tenant"."Revision" AS "Tenant_Revision"
  FROM "platform"."Tenants" "Tenant"
  WHERE (("Tenant"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 varchar(63);
BEGIN TRANSACTION -- READ COMMITTED;
UPDATE "platform"."Revision"
  SET "Value" = "Value" + 1
  WHERE "Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "platform"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
DECLARE @OutputTable TABLE ("CreatedOn" datetime2);
INSERT INTO "platform"."Tenants"("Id", "Name", "TimeZone", "Languages", "SchemaName", "DatabaseUrl", "Status", "CreatedOn", "Revision")
  OUTPUT INSERTED."CreatedOn" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8);
SELECT *
  FROM @OutputTable
  -- @0 varchar(63), @1 nvarchar(500), @2 varchar(64), @3 varchar(1000), @4 varchar(80), @5 nvarchar(2000), @6 varchar(10), @7 datetime2(3), @8 int;
DECLARE @OutputTable TABLE ("At" datetime2);
INSERT INTO "platform"."TenantChanges"("Revision", "At", "Actor", "Action", "TenantId", "Before", "After")
  OUTPUT INSERTED."At" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6);
SELECT *
  FROM @OutputTable
  -- @0 int, @1 datetime2(3), @2 nvarchar(255), @3 varchar(20), @4 varchar(63), @5 nvarchar, @6 nvarchar;
COMMIT;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "platform"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Tenant"."Id" AS "Tenant_Id", "Tenant"."Name" AS "Tenant_Name", "Tenant"."TimeZone" AS "Tenant_TimeZone", "Tenant"."Languages" AS "Tenant_Languages", "Tenant"."SchemaName" AS "Tenant_SchemaName", "Tenant"."DatabaseUrl" AS "Tenant_DatabaseUrl", "Tenant"."Status" AS "Tenant_Status", "Tenant"."CreatedOn" AS "Tenant_CreatedOn", "Tenant"."Revision" AS "Tenant_Revision"
  FROM "platform"."Tenants" "Tenant"
  ORDER BY "Tenant"."Id" ASC;
SELECT 'mall' AS "id", "name" AS "name"
  FROM "tenant_mall"."Migrations";
SELECT "Migrated"."TenantId" AS "Migrated_TenantId", "Migrated"."Version" AS "Migrated_Version", "Migrated"."At" AS "Migrated_At", "Migrated"."Failure" AS "Migrated_Failure"
  FROM "platform"."Migrated" "Migrated";
SELECT "Tenant"."Id" AS "Tenant_Id", "Tenant"."Name" AS "Tenant_Name", "Tenant"."TimeZone" AS "Tenant_TimeZone", "Tenant"."Languages" AS "Tenant_Languages", "Tenant"."SchemaName" AS "Tenant_SchemaName", "Tenant"."DatabaseUrl" AS "Tenant_DatabaseUrl", "Tenant"."Status" AS "Tenant_Status", "Tenant"."CreatedOn" AS "Tenant_CreatedOn", "Tenant"."Revision" AS "Tenant_Revision"
  FROM "platform"."Tenants" "Tenant"
  WHERE (("Tenant"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 varchar(63);
BEGIN TRANSACTION -- READ COMMITTED;
DECLARE @granted INT;
EXEC @granted = sp_getapplock @Resource = @0, @LockMode = 'Exclusive', @LockOwner = 'Transaction', @LockTimeout = 600000;
SELECT @granted AS "granted"
  -- @0 nvarchar;
IF SCHEMA_ID('tenant_mall') IS NULL BEGIN EXEC ('CREATE SCHEMA "tenant_mall"') END;
SELECT "Tenant"."Id" AS "Tenant_Id", "Tenant"."Name" AS "Tenant_Name", "Tenant"."TimeZone" AS "Tenant_TimeZone", "Tenant"."Languages" AS "Tenant_Languages", "Tenant"."SchemaName" AS "Tenant_SchemaName", "Tenant"."DatabaseUrl" AS "Tenant_DatabaseUrl", "Tenant"."Status" AS "Tenant_Status", "Tenant"."CreatedOn" AS "Tenant_CreatedOn", "Tenant"."Revision" AS "Tenant_Revision"
  FROM "platform"."Tenants" "Tenant"
  WHERE (("Tenant"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 varchar(63);
SELECT *
  FROM "atrium"."INFORMATION_SCHEMA"."TABLES"
  WHERE "TABLE_NAME" = @0 AND "TABLE_SCHEMA" = @1
  -- @0 nvarchar, @1 nvarchar;
CREATE TABLE "tenant_mall"."Migrations" ("id" int NOT NULL IDENTITY(1,1), "timestamp" bigint NOT NULL, "name" varchar(255) NOT NULL, CONSTRAINT "PK_8085e475940751afc8dddf8d1b7" PRIMARY KEY ("id"));
SELECT *
  FROM "atrium"."tenant_mall"."Migrations" "Migrations"
  ORDER BY "id" DESC;
CREATE TABLE "tenant_mall"."EventCampaigns" (
    "Id" INT IDENTITY(0,1) NOT NULL CONSTRAINT "EventCampaigns_PK" PRIMARY KEY NONCLUSTERED,
    "Name" NVARCHAR(500) NOT NULL,
    "StartDate" DATETIME2(3) NOT NULL,
    "EndDate" DATETIME2(3) NOT NULL,
    "CreatedOn" DATETIME2(3) NOT NULL,
    "UpdatedOn" DATETIME2(3) NOT NULL,
    "Revision" INT NOT NULL,
    CONSTRAINT "EventCampaigns_Period" CHECK ("EndDate" >= "StartDate")
);
CREATE UNIQUE CLUSTERED INDEX "EventCampaigns_EndDate" ON "tenant_mall"."EventCampaigns" ("EndDate", "Id");
CREATE INDEX "EventCampaigns_StartDate" ON "tenant_mall"."EventCampaigns" ("StartDate");
CREATE INDEX "EventCampaigns_Name" ON "tenant_mall"."EventCampaigns" ("Name");
CREATE TABLE "tenant_mall"."Events" (
    "Id" INT IDENTITY(0,1) NOT NULL CONSTRAINT "Events_PK" PRIMARY KEY NONCLUSTERED,
    "EventCampaignId" INT NOT NULL
    CONSTRAINT "Events_Campaign" REFERENCES "tenant_mall"."EventCampaigns" ("Id") ON DELETE CASCADE,
    "Name" NVARCHAR(500) NOT NULL,
    "StartDate" DATETIME2(3) NOT NULL,
    "EndDate" DATETIME2(3) NOT NULL,
    "CreatedOn" DATETIME2(3) NOT NULL,
    "UpdatedOn" DATETIME2(3) NOT NULL,
    "Revision" INT NOT NULL,
    CONSTRAINT "Events_Period" CHECK ("EndDate" >= "StartDate")
);
CREATE UNIQUE CLUSTERED INDEX "Events_EndDate" ON "tenant_mall"."Events" ("EndDate", "Id");
CREATE INDEX "Events_StartDate" ON "tenant_mall"."Events" ("StartDate");
CREATE INDEX "Events_Name" ON "tenant_mall"."Events" ("Name");
CREATE INDEX "Events_EventCampaignId" ON "tenant_mall"."Events" ("EventCampaignId", "StartDate");
CREATE TABLE "tenant_mall"."Changes" (
    "Revision" INT NOT NULL CONSTRAINT "Changes_PK" PRIMARY KEY CLUSTERED,
    "At" DATETIME2(3) NOT NULL,
    "Actor" NVARCHAR(255) NOT NULL,
    "Action" VARCHAR(20) NOT NULL,
    "Resource" VARCHAR(40) NOT NULL,
    "ResourceId" INT NOT NULL,
    "Before" NVARCHAR(MAX) NULL,
    "After" NVARCHAR(MAX) NULL
);
CREATE TABLE "tenant_mall"."Revision" (
    "Id" INT NOT NULL CONSTRAINT "Revision_PK" PRIMARY KEY CLUSTERED CONSTRAINT "Revision_OneRow" CHECK ("Id" = 1),
    "Value" INT NOT NULL,
    "Epoch" VARCHAR(36) NOT NULL
);
INSERT INTO "tenant_mall"."Revision" ("Id", "Value", "Epoch")
  VALUES (1, 0, @0)
  -- @0 nvarchar;
INSERT INTO "atrium"."tenant_mall"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
CREATE TABLE "tenant_mall"."IdempotencyRecords" (
    "KeyHash" VARCHAR(64) NOT NULL CONSTRAINT "IdempotencyRecords_PK" PRIMARY KEY NONCLUSTERED,
    "BodyHash" VARCHAR(64) NOT NULL,
    "CreatedOn" DATETIME2(3) NOT NULL,
    "ETag" VARCHAR(255) NOT NULL,
    "Location" VARCHAR(255) NULL,
    "Body" NVARCHAR(MAX) NOT NULL
);
CREATE CLUSTERED INDEX "IdempotencyRecords_CreatedOn" ON "tenant_mall"."IdempotencyRecords" ("CreatedOn");
INSERT INTO "atrium"."tenant_mall"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
ALTER TABLE "tenant_mall"."EventCampaigns" ADD "Status" VARCHAR(10) NOT NULL CONSTRAINT "EventCampaigns_Status_Default" DEFAULT 'published';
ALTER TABLE "tenant_mall"."EventCampaigns" ADD "VisibleFrom" DATETIME2(3) NULL;
ALTER TABLE "tenant_mall"."EventCampaigns" ADD "Description" NVARCHAR(MAX) NULL;
ALTER TABLE "tenant_mall"."EventCampaigns" ADD "ImageUrl" NVARCHAR(2048) NULL;
ALTER TABLE "tenant_mall"."EventCampaigns" ADD "LinkUrl" NVARCHAR(2048) NULL;
ALTER TABLE "tenant_mall"."EventCampaigns" ADD "Location" NVARCHAR(200) NULL;
ALTER TABLE "tenant_mall"."EventCampaigns" ADD "Tags" VARCHAR(1000) NOT NULL CONSTRAINT "EventCampaigns_Tags_Default" DEFAULT '[]';
ALTER TABLE "tenant_mall"."EventCampaigns" ADD "Translations" NVARCHAR(MAX) NOT NULL CONSTRAINT "EventCampaigns_Translations_Default" DEFAULT '{}';
ALTER TABLE "tenant_mall"."Events" ADD "Status" VARCHAR(10) NOT NULL CONSTRAINT "Events_Status_Default" DEFAULT 'published';
ALTER TABLE "tenant_mall"."Events" ADD "VisibleFrom" DATETIME2(3) NULL;
ALTER TABLE "tenant_mall"."Events" ADD "Description" NVARCHAR(MAX) NULL;
ALTER TABLE "tenant_mall"."Events" ADD "ImageUrl" NVARCHAR(2048) NULL;
ALTER TABLE "tenant_mall"."Events" ADD "LinkUrl" NVARCHAR(2048) NULL;
ALTER TABLE "tenant_mall"."Events" ADD "Location" NVARCHAR(200) NULL;
ALTER TABLE "tenant_mall"."Events" ADD "Tags" VARCHAR(1000) NOT NULL CONSTRAINT "Events_Tags_Default" DEFAULT '[]';
ALTER TABLE "tenant_mall"."Events" ADD "Translations" NVARCHAR(MAX) NOT NULL CONSTRAINT "Events_Translations_Default" DEFAULT '{}';
INSERT INTO "atrium"."tenant_mall"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
CREATE TABLE "tenant_mall"."Tombstones" (
    "Resource" VARCHAR(40) NOT NULL,
    "ResourceId" INT NOT NULL,
    "Revision" INT NOT NULL,
    "DeletedOn" DATETIME2(3) NOT NULL,
    "CampaignEventId" INT NULL,
    "Name" NVARCHAR(500) NOT NULL,
    "StartDate" DATETIME2(3) NOT NULL,
    "EndDate" DATETIME2(3) NOT NULL,
    "Status" VARCHAR(10) NOT NULL,
    "VisibleFrom" DATETIME2(3) NULL,
    "Tags" VARCHAR(1000) NOT NULL,
    "Row" NVARCHAR(MAX) NOT NULL,
    CONSTRAINT "Tombstones_PK" PRIMARY KEY NONCLUSTERED ("Resource", "ResourceId")
);
CREATE UNIQUE CLUSTERED INDEX "Tombstones_Revision" ON "tenant_mall"."Tombstones" ("Revision", "Resource", "ResourceId");
CREATE INDEX "Tombstones_CampaignEventId" ON "tenant_mall"."Tombstones" ("CampaignEventId", "Revision");
CREATE TABLE "tenant_mall"."Purged" (
    "Id" INT NOT NULL CONSTRAINT "Purged_PK" PRIMARY KEY CLUSTERED CONSTRAINT "Purged_OneRow" CHECK ("Id" = 1),
    "Tombstones" INT NOT NULL,
    "Changes" INT NOT NULL,
    "ChangedAt" DATETIME2(3) NULL
);
INSERT INTO "tenant_mall"."Purged" ("Id", "Tombstones", "Changes")
  VALUES (1, 0, 0);
ALTER TABLE "tenant_mall"."Changes" ADD "Undoes" INT NULL;
CREATE INDEX "Changes_Undoes" ON "tenant_mall"."Changes" ("Undoes");
CREATE INDEX "Changes_ResourceId" ON "tenant_mall"."Changes" ("Resource", "ResourceId", "Revision");
INSERT INTO "atrium"."tenant_mall"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
ALTER TABLE "tenant_mall"."Changes" ADD "ActorName" NVARCHAR(255) NULL;
ALTER TABLE "tenant_mall"."Changes" ADD "ActorEmail" NVARCHAR(320) NULL;
INSERT INTO "atrium"."tenant_mall"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
CREATE TABLE "tenant_mall"."Rollouts" (
    "KeyHash" VARCHAR(64) NOT NULL CONSTRAINT "Rollouts_PK" PRIMARY KEY NONCLUSTERED,
    "Key" NVARCHAR(100) NOT NULL,
    "CampaignId" INT NOT NULL,
    "Written" NVARCHAR(MAX) NOT NULL
);
INSERT INTO "atrium"."tenant_mall"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
CREATE TABLE "tenant_mall"."Webhooks" (
    "Id" INT IDENTITY(0,1) NOT NULL CONSTRAINT "Webhooks_PK" PRIMARY KEY NONCLUSTERED,
    "Url" NVARCHAR(2048) NOT NULL,
    "Types" VARCHAR(1000) NOT NULL,
    "Active" VARCHAR(5) NOT NULL CONSTRAINT "Webhooks_Active" CHECK ("Active" IN ('true', 'false')),
    "CreatedOn" DATETIME2(3) NOT NULL,
    "Secret" VARCHAR(400) NULL,
    "PreviousSecret" VARCHAR(400) NULL,
    "PreviousUntil" DATETIME2(3) NULL,
    "CursorRevision" INT NOT NULL,
    "CursorAt" DATETIME2(3) NOT NULL,
    "FailingSince" DATETIME2(3) NULL,
    "Revision" INT NOT NULL
);
CREATE TABLE "tenant_mall"."WebhookDeliveries" (
    "Id" INT IDENTITY(0,1) NOT NULL CONSTRAINT "WebhookDeliveries_PK" PRIMARY KEY NONCLUSTERED,
    "WebhookId" INT NOT NULL
    CONSTRAINT "WebhookDeliveries_Webhook" REFERENCES "tenant_mall"."Webhooks" ("Id") ON DELETE CASCADE,
    "MessageId" VARCHAR(64) NOT NULL,
    "Type" VARCHAR(40) NOT NULL,
    "Subject" VARCHAR(60) NOT NULL,
    "Body" NVARCHAR(MAX) NOT NULL,
    "Status" VARCHAR(10) NOT NULL
    CONSTRAINT "WebhookDeliveries_Status" CHECK ("Status" IN ('pending', 'delivered', 'dead')),
    "Attempts" NVARCHAR(MAX) NOT NULL,
    "NextAttemptAt" DATETIME2(3) NULL,
    "GiveUpAt" DATETIME2(3) NOT NULL,
    "KeptUntil" DATETIME2(3) NULL
);
CREATE UNIQUE CLUSTERED INDEX "WebhookDeliveries_WebhookId" ON "tenant_mall"."WebhookDeliveries" ("WebhookId", "Id");
CREATE INDEX "WebhookDeliveries_Status" ON "tenant_mall"."WebhookDeliveries" ("Status", "WebhookId", "Subject", "Id");
CREATE INDEX "WebhookDeliveries_KeptUntil" ON "tenant_mall"."WebhookDeliveries" ("KeptUntil");
CREATE TABLE "tenant_mall"."WorkFence" (
    "Id" INT NOT NULL CONSTRAINT "WorkFence_PK" PRIMARY KEY CLUSTERED CONSTRAINT "WorkFence_OneRow" CHECK ("Id" = 1),
    "Token" INT NOT NULL
);
INSERT INTO "tenant_mall"."WorkFence" ("Id", "Token")
  VALUES (1, 0);
INSERT INTO "atrium"."tenant_mall"."Migrations"("timestamp", "name")
  VALUES (@0, @1)
  -- @0 bigint, @1 varchar;
COMMIT;
UPDATE "platform"."Migrated"
  SET "Version" = @0, "Failure" = @1, "At" = @2
  WHERE "TenantId" = @3
  -- @0 varchar(13), @1 nvarchar(2000), @2 datetime2(3), @3 nvarchar;
