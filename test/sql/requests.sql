-- GET /campaign-events/live: 200
SELECT "campaign"."Id" AS "campaign_Id", "campaign"."Name" AS "campaign_Name", "campaign"."StartDate" AS "campaign_StartDate", "campaign"."EndDate" AS "campaign_EndDate", "campaign"."CreatedOn" AS "campaign_CreatedOn", "campaign"."UpdatedOn" AS "campaign_UpdatedOn", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom", "campaign"."Description" AS "campaign_Description", "campaign"."ImageUrl" AS "campaign_ImageUrl", "campaign"."LinkUrl" AS "campaign_LinkUrl", "campaign"."Location" AS "campaign_Location", "campaign"."Tags" AS "campaign_Tags", "campaign"."Translations" AS "campaign_Translations", "campaign"."Revision" AS "campaign_Revision", "event"."Id" AS "event_Id", "event"."Name" AS "event_Name", "event"."StartDate" AS "event_StartDate", "event"."EndDate" AS "event_EndDate", "event"."CreatedOn" AS "event_CreatedOn", "event"."UpdatedOn" AS "event_UpdatedOn", "event"."Status" AS "event_Status", "event"."VisibleFrom" AS "event_VisibleFrom", "event"."Description" AS "event_Description", "event"."ImageUrl" AS "event_ImageUrl", "event"."LinkUrl" AS "event_LinkUrl", "event"."Location" AS "event_Location", "event"."Tags" AS "event_Tags", "event"."Translations" AS "event_Translations", "event"."Revision" AS "event_Revision", "event"."EventCampaignId" AS "event_EventCampaignId"
  FROM "tenant_mall"."EventCampaigns" "campaign"
  LEFT JOIN "tenant_mall"."Events" "event" ON "event"."EventCampaignId" = "campaign"."Id" AND "event"."EndDate" >= @0
  WHERE "campaign"."EndDate" >= @0 OR "campaign"."Id" IN (SELECT "going"."EventCampaignId" AS "going_EventCampaignId"
  FROM "tenant_mall"."Events" "going"
  WHERE "going"."EndDate" >= @0)
  ORDER BY "campaign"."StartDate" ASC, "campaign"."Id" ASC, "event"."StartDate" ASC, "event"."Id" ASC
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /campaign-events: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision"
  FROM "tenant_mall"."EventCampaigns" "row"
  ORDER BY "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /campaign-events?state=live: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision"
  FROM "tenant_mall"."EventCampaigns" "row"
  WHERE ("row"."StartDate" <= @0 AND "row"."EndDate" >= @0 AND "row"."Status" = 'published' AND ("row"."VisibleFrom" IS NULL OR "row"."VisibleFrom" <= @0))
  ORDER BY "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /campaign-events?state=upcoming&sort=startDate: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision"
  FROM "tenant_mall"."EventCampaigns" "row"
  WHERE ("row"."StartDate" > @0)
  ORDER BY "row"."StartDate" ASC, "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /campaign-events?state=ended&sort=-endDate: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision"
  FROM "tenant_mall"."EventCampaigns" "row"
  WHERE ("row"."EndDate" < @0)
  ORDER BY "row"."EndDate" DESC, "row"."Id" DESC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /campaign-events?name=fri&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&sort=name&limit=1: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision"
  FROM "tenant_mall"."EventCampaigns" "row"
  WHERE "row"."EndDate" >= @0 AND "row"."StartDate" <= @1 AND CHARINDEX(LOWER(@2), LOWER("row"."Name")) > 0
  ORDER BY "row"."Name" ASC, "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 2 ROWS ONLY
  -- @0 datetime2(3), @1 datetime2(3), @2 nvarchar;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /campaign-events?name=caf%C3%A9: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision"
  FROM "tenant_mall"."EventCampaigns" "row"
  WHERE (CHARINDEX(LOWER(@0), LOWER("row"."Name")) > 0 OR CHARINDEX(LOWER(@1), LOWER("row"."Name")) > 0)
  ORDER BY "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 nvarchar, @1 nvarchar;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /campaign-events?sort=-name&limit=1&after=NEXT: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision"
  FROM "tenant_mall"."EventCampaigns" "row"
  WHERE ("row"."Name" < @0 OR ("row"."Name" = @0 AND "row"."Id" < @1))
  ORDER BY "row"."Name" DESC, "row"."Id" DESC OFFSET 0 ROWS FETCH NEXT 2 ROWS ONLY
  -- @0 nvarchar, @1 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET by the public, /campaign-events?tag=a&tag=b&status=cancelled: 200
SELECT "campaign"."Id" AS "campaign_Id", "campaign"."Name" AS "campaign_Name", "campaign"."StartDate" AS "campaign_StartDate", "campaign"."EndDate" AS "campaign_EndDate", "campaign"."CreatedOn" AS "campaign_CreatedOn", "campaign"."UpdatedOn" AS "campaign_UpdatedOn", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom", "campaign"."Description" AS "campaign_Description", "campaign"."ImageUrl" AS "campaign_ImageUrl", "campaign"."LinkUrl" AS "campaign_LinkUrl", "campaign"."Location" AS "campaign_Location", "campaign"."Tags" AS "campaign_Tags", "campaign"."Translations" AS "campaign_Translations", "campaign"."Revision" AS "campaign_Revision", "event"."Id" AS "event_Id", "event"."Name" AS "event_Name", "event"."StartDate" AS "event_StartDate", "event"."EndDate" AS "event_EndDate", "event"."CreatedOn" AS "event_CreatedOn", "event"."UpdatedOn" AS "event_UpdatedOn", "event"."Status" AS "event_Status", "event"."VisibleFrom" AS "event_VisibleFrom", "event"."Description" AS "event_Description", "event"."ImageUrl" AS "event_ImageUrl", "event"."LinkUrl" AS "event_LinkUrl", "event"."Location" AS "event_Location", "event"."Tags" AS "event_Tags", "event"."Translations" AS "event_Translations", "event"."Revision" AS "event_Revision", "event"."EventCampaignId" AS "event_EventCampaignId"
  FROM "tenant_mall"."EventCampaigns" "campaign"
  LEFT JOIN "tenant_mall"."Events" "event" ON "event"."EventCampaignId" = "campaign"."Id" AND "event"."EndDate" >= @0
  WHERE "campaign"."EndDate" >= @0 OR "campaign"."Id" IN (SELECT "going"."EventCampaignId" AS "going_EventCampaignId"
  FROM "tenant_mall"."Events" "going"
  WHERE "going"."EndDate" >= @0)
  ORDER BY "campaign"."StartDate" ASC, "campaign"."Id" ASC, "event"."StartDate" ASC, "event"."Id" ASC
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision"
  FROM "tenant_mall"."EventCampaigns" "row"
  WHERE "row"."Status" IN ('published', 'cancelled') AND ("row"."VisibleFrom" IS NULL OR "row"."VisibleFrom" <= @0) AND "row"."Status" = @1 AND CHARINDEX(@2, "row"."Tags") > 0 AND CHARINDEX(@3, "row"."Tags") > 0
  ORDER BY "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 datetime2(3), @1 nvarchar, @2 nvarchar, @3 nvarchar;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /timeline: 200
SELECT "campaign"."Id" AS "campaign_Id", "campaign"."Name" AS "campaign_Name", "campaign"."StartDate" AS "campaign_StartDate", "campaign"."EndDate" AS "campaign_EndDate", "campaign"."CreatedOn" AS "campaign_CreatedOn", "campaign"."UpdatedOn" AS "campaign_UpdatedOn", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom", "campaign"."Description" AS "campaign_Description", "campaign"."ImageUrl" AS "campaign_ImageUrl", "campaign"."LinkUrl" AS "campaign_LinkUrl", "campaign"."Location" AS "campaign_Location", "campaign"."Tags" AS "campaign_Tags", "campaign"."Translations" AS "campaign_Translations", "campaign"."Revision" AS "campaign_Revision", "event"."Id" AS "event_Id", "event"."Name" AS "event_Name", "event"."StartDate" AS "event_StartDate", "event"."EndDate" AS "event_EndDate", "event"."CreatedOn" AS "event_CreatedOn", "event"."UpdatedOn" AS "event_UpdatedOn", "event"."Status" AS "event_Status", "event"."VisibleFrom" AS "event_VisibleFrom", "event"."Description" AS "event_Description", "event"."ImageUrl" AS "event_ImageUrl", "event"."LinkUrl" AS "event_LinkUrl", "event"."Location" AS "event_Location", "event"."Tags" AS "event_Tags", "event"."Translations" AS "event_Translations", "event"."Revision" AS "event_Revision", "event"."EventCampaignId" AS "event_EventCampaignId"
  FROM "tenant_mall"."EventCampaigns" "campaign"
  LEFT JOIN "tenant_mall"."Events" "event" ON "event"."EventCampaignId" = "campaign"."Id" AND "event"."EndDate" >= @0
  WHERE "campaign"."EndDate" >= @0 OR "campaign"."Id" IN (SELECT "going"."EventCampaignId" AS "going_EventCampaignId"
  FROM "tenant_mall"."Events" "going"
  WHERE "going"."EndDate" >= @0)
  ORDER BY "campaign"."StartDate" ASC, "campaign"."Id" ASC, "event"."StartDate" ASC, "event"."Id" ASC
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /tenant: 200

-- GET /campaign-events/0: 200
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision"
  FROM "tenant_mall"."EventCampaigns" "row"
  WHERE "row"."Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /campaign-events/0/events: 200
SELECT "Campaign"."Id" AS "Campaign_Id", "Campaign"."Name" AS "Campaign_Name", "Campaign"."StartDate" AS "Campaign_StartDate", "Campaign"."EndDate" AS "Campaign_EndDate", "Campaign"."CreatedOn" AS "Campaign_CreatedOn", "Campaign"."UpdatedOn" AS "Campaign_UpdatedOn", "Campaign"."Status" AS "Campaign_Status", "Campaign"."VisibleFrom" AS "Campaign_VisibleFrom", "Campaign"."Description" AS "Campaign_Description", "Campaign"."ImageUrl" AS "Campaign_ImageUrl", "Campaign"."LinkUrl" AS "Campaign_LinkUrl", "Campaign"."Location" AS "Campaign_Location", "Campaign"."Tags" AS "Campaign_Tags", "Campaign"."Translations" AS "Campaign_Translations", "Campaign"."Revision" AS "Campaign_Revision"
  FROM "tenant_mall"."EventCampaigns" "Campaign"
  WHERE (("Campaign"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
SELECT "Event"."Id" AS "Event_Id", "Event"."Name" AS "Event_Name", "Event"."StartDate" AS "Event_StartDate", "Event"."EndDate" AS "Event_EndDate", "Event"."CreatedOn" AS "Event_CreatedOn", "Event"."UpdatedOn" AS "Event_UpdatedOn", "Event"."Status" AS "Event_Status", "Event"."VisibleFrom" AS "Event_VisibleFrom", "Event"."Description" AS "Event_Description", "Event"."ImageUrl" AS "Event_ImageUrl", "Event"."LinkUrl" AS "Event_LinkUrl", "Event"."Location" AS "Event_Location", "Event"."Tags" AS "Event_Tags", "Event"."Translations" AS "Event_Translations", "Event"."Revision" AS "Event_Revision", "Event"."EventCampaignId" AS "Event_EventCampaignId"
  FROM "tenant_mall"."Events" "Event"
  WHERE (("Event"."EventCampaignId" = @0))
  ORDER BY "Event"."StartDate" ASC, "Event"."Id" ASC
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- POST /campaign-events: 201
BEGIN TRANSACTION -- READ COMMITTED;
UPDATE "tenant_mall"."Revision"
  SET "Value" = "Value" + 1
  WHERE "Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
DELETE
  FROM "tenant_mall"."IdempotencyRecords"
  WHERE "CreatedOn" < @0
  -- @0 datetime2(3);
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" = @0))
  -- @0 int;
DECLARE @OutputTable TABLE ("Id" int, "StartDate" datetime2, "EndDate" datetime2, "CreatedOn" datetime2, "UpdatedOn" datetime2, "VisibleFrom" datetime2);
INSERT INTO "tenant_mall"."EventCampaigns"("Name", "StartDate", "EndDate", "CreatedOn", "UpdatedOn", "Status", "VisibleFrom", "Description", "ImageUrl", "LinkUrl", "Location", "Tags", "Translations", "Revision")
  OUTPUT INSERTED."Id", INSERTED."StartDate", INSERTED."EndDate", INSERTED."CreatedOn", INSERTED."UpdatedOn", INSERTED."VisibleFrom" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13);
SELECT *
  FROM @OutputTable
  -- @0 nvarchar(500), @1 datetime2(3), @2 datetime2(3), @3 datetime2(3), @4 datetime2(3), @5 varchar(10), @6 datetime2(3), @7 nvarchar, @8 nvarchar(2048), @9 nvarchar(2048), @10 nvarchar(200), @11 varchar(1000), @12 nvarchar, @13 int;
DECLARE @OutputTable TABLE ("Id" int, "StartDate" datetime2, "EndDate" datetime2, "CreatedOn" datetime2, "UpdatedOn" datetime2, "VisibleFrom" datetime2);
INSERT INTO "tenant_mall"."Events"("Name", "StartDate", "EndDate", "CreatedOn", "UpdatedOn", "Status", "VisibleFrom", "Description", "ImageUrl", "LinkUrl", "Location", "Tags", "Translations", "Revision", "EventCampaignId")
  OUTPUT INSERTED."Id", INSERTED."StartDate", INSERTED."EndDate", INSERTED."CreatedOn", INSERTED."UpdatedOn", INSERTED."VisibleFrom" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, @14);
SELECT *
  FROM @OutputTable
  -- @0 nvarchar(500), @1 datetime2(3), @2 datetime2(3), @3 datetime2(3), @4 datetime2(3), @5 varchar(10), @6 datetime2(3), @7 nvarchar, @8 nvarchar(2048), @9 nvarchar(2048), @10 nvarchar(200), @11 varchar(1000), @12 nvarchar, @13 int, @14 int;
DECLARE @OutputTable TABLE ("Id" int, "StartDate" datetime2, "EndDate" datetime2, "CreatedOn" datetime2, "UpdatedOn" datetime2, "VisibleFrom" datetime2);
INSERT INTO "tenant_mall"."Events"("Name", "StartDate", "EndDate", "CreatedOn", "UpdatedOn", "Status", "VisibleFrom", "Description", "ImageUrl", "LinkUrl", "Location", "Tags", "Translations", "Revision", "EventCampaignId")
  OUTPUT INSERTED."Id", INSERTED."StartDate", INSERTED."EndDate", INSERTED."CreatedOn", INSERTED."UpdatedOn", INSERTED."VisibleFrom" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, @14);
SELECT *
  FROM @OutputTable
  -- @0 nvarchar(500), @1 datetime2(3), @2 datetime2(3), @3 datetime2(3), @4 datetime2(3), @5 varchar(10), @6 datetime2(3), @7 nvarchar, @8 nvarchar(2048), @9 nvarchar(2048), @10 nvarchar(200), @11 varchar(1000), @12 nvarchar, @13 int, @14 int;
DECLARE @OutputTable TABLE ("At" datetime2);
INSERT INTO "tenant_mall"."Changes"("Revision", "At", "Actor", "ActorName", "ActorEmail", "Action", "Resource", "ResourceId", "Before", "After", "Undoes")
  OUTPUT INSERTED."At" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, DEFAULT);
SELECT *
  FROM @OutputTable
  -- @0 int, @1 datetime2(3), @2 nvarchar(255), @3 nvarchar(255), @4 nvarchar(320), @5 varchar(20), @6 varchar(40), @7 int, @8 nvarchar, @9 nvarchar;
COMMIT;

-- PUT /campaign-events/0: 422
BEGIN TRANSACTION -- READ COMMITTED;
UPDATE "tenant_mall"."Revision"
  SET "Value" = "Value" + 1
  WHERE "Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" = @0))
  -- @0 int;
SELECT "Campaign"."Id" AS "Campaign_Id", "Campaign"."Name" AS "Campaign_Name", "Campaign"."StartDate" AS "Campaign_StartDate", "Campaign"."EndDate" AS "Campaign_EndDate", "Campaign"."CreatedOn" AS "Campaign_CreatedOn", "Campaign"."UpdatedOn" AS "Campaign_UpdatedOn", "Campaign"."Status" AS "Campaign_Status", "Campaign"."VisibleFrom" AS "Campaign_VisibleFrom", "Campaign"."Description" AS "Campaign_Description", "Campaign"."ImageUrl" AS "Campaign_ImageUrl", "Campaign"."LinkUrl" AS "Campaign_LinkUrl", "Campaign"."Location" AS "Campaign_Location", "Campaign"."Tags" AS "Campaign_Tags", "Campaign"."Translations" AS "Campaign_Translations", "Campaign"."Revision" AS "Campaign_Revision"
  FROM "tenant_mall"."EventCampaigns" "Campaign"
  WHERE (("Campaign"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
SELECT "Event"."Id" AS "Event_Id", "Event"."Name" AS "Event_Name", "Event"."StartDate" AS "Event_StartDate", "Event"."EndDate" AS "Event_EndDate", "Event"."CreatedOn" AS "Event_CreatedOn", "Event"."UpdatedOn" AS "Event_UpdatedOn", "Event"."Status" AS "Event_Status", "Event"."VisibleFrom" AS "Event_VisibleFrom", "Event"."Description" AS "Event_Description", "Event"."ImageUrl" AS "Event_ImageUrl", "Event"."LinkUrl" AS "Event_LinkUrl", "Event"."Location" AS "Event_Location", "Event"."Tags" AS "Event_Tags", "Event"."Translations" AS "Event_Translations", "Event"."Revision" AS "Event_Revision", "Event"."EventCampaignId" AS "Event_EventCampaignId"
  FROM "tenant_mall"."Events" "Event"
  WHERE (("Event"."EventCampaignId" = @0))
  ORDER BY "Event"."Id" ASC
  -- @0 int;
ROLLBACK;

-- PATCH /campaign-events/0: 200
BEGIN TRANSACTION -- READ COMMITTED;
UPDATE "tenant_mall"."Revision"
  SET "Value" = "Value" + 1
  WHERE "Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" = @0))
  -- @0 int;
SELECT "Campaign"."Id" AS "Campaign_Id", "Campaign"."Name" AS "Campaign_Name", "Campaign"."StartDate" AS "Campaign_StartDate", "Campaign"."EndDate" AS "Campaign_EndDate", "Campaign"."CreatedOn" AS "Campaign_CreatedOn", "Campaign"."UpdatedOn" AS "Campaign_UpdatedOn", "Campaign"."Status" AS "Campaign_Status", "Campaign"."VisibleFrom" AS "Campaign_VisibleFrom", "Campaign"."Description" AS "Campaign_Description", "Campaign"."ImageUrl" AS "Campaign_ImageUrl", "Campaign"."LinkUrl" AS "Campaign_LinkUrl", "Campaign"."Location" AS "Campaign_Location", "Campaign"."Tags" AS "Campaign_Tags", "Campaign"."Translations" AS "Campaign_Translations", "Campaign"."Revision" AS "Campaign_Revision"
  FROM "tenant_mall"."EventCampaigns" "Campaign"
  WHERE (("Campaign"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
UPDATE "tenant_mall"."EventCampaigns"
  SET "Name" = @0, "UpdatedOn" = @1, "Revision" = @2
  WHERE "Id" = @3
  -- @0 nvarchar(500), @1 datetime2(3), @2 int, @3 int;
DECLARE @OutputTable TABLE ("At" datetime2);
INSERT INTO "tenant_mall"."Changes"("Revision", "At", "Actor", "ActorName", "ActorEmail", "Action", "Resource", "ResourceId", "Before", "After", "Undoes")
  OUTPUT INSERTED."At" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, DEFAULT);
SELECT *
  FROM @OutputTable
  -- @0 int, @1 datetime2(3), @2 nvarchar(255), @3 nvarchar(255), @4 nvarchar(320), @5 varchar(20), @6 varchar(40), @7 int, @8 nvarchar, @9 nvarchar;
COMMIT;

-- PATCH /campaign-events/0: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Campaign"."Id" AS "Campaign_Id", "Campaign"."Name" AS "Campaign_Name", "Campaign"."StartDate" AS "Campaign_StartDate", "Campaign"."EndDate" AS "Campaign_EndDate", "Campaign"."CreatedOn" AS "Campaign_CreatedOn", "Campaign"."UpdatedOn" AS "Campaign_UpdatedOn", "Campaign"."Status" AS "Campaign_Status", "Campaign"."VisibleFrom" AS "Campaign_VisibleFrom", "Campaign"."Description" AS "Campaign_Description", "Campaign"."ImageUrl" AS "Campaign_ImageUrl", "Campaign"."LinkUrl" AS "Campaign_LinkUrl", "Campaign"."Location" AS "Campaign_Location", "Campaign"."Tags" AS "Campaign_Tags", "Campaign"."Translations" AS "Campaign_Translations", "Campaign"."Revision" AS "Campaign_Revision"
  FROM "tenant_mall"."EventCampaigns" "Campaign"
  WHERE (("Campaign"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- DELETE /campaign-events/0: 204
BEGIN TRANSACTION -- READ COMMITTED;
UPDATE "tenant_mall"."Revision"
  SET "Value" = "Value" + 1
  WHERE "Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" = @0))
  -- @0 int;
SELECT "Campaign"."Id" AS "Campaign_Id", "Campaign"."Name" AS "Campaign_Name", "Campaign"."StartDate" AS "Campaign_StartDate", "Campaign"."EndDate" AS "Campaign_EndDate", "Campaign"."CreatedOn" AS "Campaign_CreatedOn", "Campaign"."UpdatedOn" AS "Campaign_UpdatedOn", "Campaign"."Status" AS "Campaign_Status", "Campaign"."VisibleFrom" AS "Campaign_VisibleFrom", "Campaign"."Description" AS "Campaign_Description", "Campaign"."ImageUrl" AS "Campaign_ImageUrl", "Campaign"."LinkUrl" AS "Campaign_LinkUrl", "Campaign"."Location" AS "Campaign_Location", "Campaign"."Tags" AS "Campaign_Tags", "Campaign"."Translations" AS "Campaign_Translations", "Campaign"."Revision" AS "Campaign_Revision"
  FROM "tenant_mall"."EventCampaigns" "Campaign"
  WHERE (("Campaign"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
SELECT "Event"."Id" AS "Event_Id", "Event"."Name" AS "Event_Name", "Event"."StartDate" AS "Event_StartDate", "Event"."EndDate" AS "Event_EndDate", "Event"."CreatedOn" AS "Event_CreatedOn", "Event"."UpdatedOn" AS "Event_UpdatedOn", "Event"."Status" AS "Event_Status", "Event"."VisibleFrom" AS "Event_VisibleFrom", "Event"."Description" AS "Event_Description", "Event"."ImageUrl" AS "Event_ImageUrl", "Event"."LinkUrl" AS "Event_LinkUrl", "Event"."Location" AS "Event_Location", "Event"."Tags" AS "Event_Tags", "Event"."Translations" AS "Event_Translations", "Event"."Revision" AS "Event_Revision", "Event"."EventCampaignId" AS "Event_EventCampaignId"
  FROM "tenant_mall"."Events" "Event"
  WHERE (("Event"."EventCampaignId" = @0))
  ORDER BY "Event"."Id" ASC
  -- @0 int;
DECLARE @OutputTable TABLE ("DeletedOn" datetime2, "StartDate" datetime2, "EndDate" datetime2, "VisibleFrom" datetime2);
INSERT INTO "tenant_mall"."Tombstones"("Resource", "ResourceId", "Revision", "DeletedOn", "CampaignEventId", "Name", "StartDate", "EndDate", "Status", "VisibleFrom", "Tags", "Row")
  OUTPUT INSERTED."DeletedOn", INSERTED."StartDate", INSERTED."EndDate", INSERTED."VisibleFrom" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11);
SELECT *
  FROM @OutputTable
  -- @0 varchar(40), @1 int, @2 int, @3 datetime2(3), @4 int, @5 nvarchar(500), @6 datetime2(3), @7 datetime2(3), @8 varchar(10), @9 datetime2(3), @10 varchar(1000), @11 nvarchar;
DELETE
  FROM "tenant_mall"."Events"
  WHERE "Id" IN (@0)
  -- @0 int;
DECLARE @OutputTable TABLE ("DeletedOn" datetime2, "StartDate" datetime2, "EndDate" datetime2, "VisibleFrom" datetime2);
INSERT INTO "tenant_mall"."Tombstones"("Resource", "ResourceId", "Revision", "DeletedOn", "CampaignEventId", "Name", "StartDate", "EndDate", "Status", "VisibleFrom", "Tags", "Row")
  OUTPUT INSERTED."DeletedOn", INSERTED."StartDate", INSERTED."EndDate", INSERTED."VisibleFrom" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11);
SELECT *
  FROM @OutputTable
  -- @0 varchar(40), @1 int, @2 int, @3 datetime2(3), @4 int, @5 nvarchar(500), @6 datetime2(3), @7 datetime2(3), @8 varchar(10), @9 datetime2(3), @10 varchar(1000), @11 nvarchar;
DELETE
  FROM "tenant_mall"."EventCampaigns"
  WHERE "Id" IN (@0)
  -- @0 int;
DECLARE @OutputTable TABLE ("At" datetime2);
INSERT INTO "tenant_mall"."Changes"("Revision", "At", "Actor", "ActorName", "ActorEmail", "Action", "Resource", "ResourceId", "Before", "After", "Undoes")
  OUTPUT INSERTED."At" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, DEFAULT);
SELECT *
  FROM @OutputTable
  -- @0 int, @1 datetime2(3), @2 nvarchar(255), @3 nvarchar(255), @4 nvarchar(320), @5 varchar(20), @6 varchar(40), @7 int, @8 nvarchar, @9 nvarchar;
COMMIT;

-- GET /events/live: 200
SELECT "campaign"."Id" AS "campaign_Id", "campaign"."Name" AS "campaign_Name", "campaign"."StartDate" AS "campaign_StartDate", "campaign"."EndDate" AS "campaign_EndDate", "campaign"."CreatedOn" AS "campaign_CreatedOn", "campaign"."UpdatedOn" AS "campaign_UpdatedOn", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom", "campaign"."Description" AS "campaign_Description", "campaign"."ImageUrl" AS "campaign_ImageUrl", "campaign"."LinkUrl" AS "campaign_LinkUrl", "campaign"."Location" AS "campaign_Location", "campaign"."Tags" AS "campaign_Tags", "campaign"."Translations" AS "campaign_Translations", "campaign"."Revision" AS "campaign_Revision", "event"."Id" AS "event_Id", "event"."Name" AS "event_Name", "event"."StartDate" AS "event_StartDate", "event"."EndDate" AS "event_EndDate", "event"."CreatedOn" AS "event_CreatedOn", "event"."UpdatedOn" AS "event_UpdatedOn", "event"."Status" AS "event_Status", "event"."VisibleFrom" AS "event_VisibleFrom", "event"."Description" AS "event_Description", "event"."ImageUrl" AS "event_ImageUrl", "event"."LinkUrl" AS "event_LinkUrl", "event"."Location" AS "event_Location", "event"."Tags" AS "event_Tags", "event"."Translations" AS "event_Translations", "event"."Revision" AS "event_Revision", "event"."EventCampaignId" AS "event_EventCampaignId"
  FROM "tenant_mall"."EventCampaigns" "campaign"
  LEFT JOIN "tenant_mall"."Events" "event" ON "event"."EventCampaignId" = "campaign"."Id" AND "event"."EndDate" >= @0
  WHERE "campaign"."EndDate" >= @0 OR "campaign"."Id" IN (SELECT "going"."EventCampaignId" AS "going_EventCampaignId"
  FROM "tenant_mall"."Events" "going"
  WHERE "going"."EndDate" >= @0)
  ORDER BY "campaign"."StartDate" ASC, "campaign"."Id" ASC, "event"."StartDate" ASC, "event"."Id" ASC
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /events?campaignEventId=0: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision", "row"."EventCampaignId" AS "row_EventCampaignId", "campaign"."Id" AS "campaign_Id", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom"
  FROM "tenant_mall"."Events" "row"
  INNER JOIN "tenant_mall"."EventCampaigns" "campaign" ON "campaign"."Id"="row"."EventCampaignId"
  WHERE "row"."EventCampaignId" = @0
  ORDER BY "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /events?state=live: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision", "row"."EventCampaignId" AS "row_EventCampaignId", "campaign"."Id" AS "campaign_Id", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom"
  FROM "tenant_mall"."Events" "row"
  INNER JOIN "tenant_mall"."EventCampaigns" "campaign" ON "campaign"."Id"="row"."EventCampaignId"
  WHERE ("row"."StartDate" <= @0 AND "row"."EndDate" >= @0 AND "campaign"."StartDate" <= @0 AND "campaign"."EndDate" >= @0 AND "row"."Status" = 'published' AND ("row"."VisibleFrom" IS NULL OR "row"."VisibleFrom" <= @0) AND "campaign"."Status" = 'published' AND ("campaign"."VisibleFrom" IS NULL OR "campaign"."VisibleFrom" <= @0))
  ORDER BY "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /events?state=upcoming: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision", "row"."EventCampaignId" AS "row_EventCampaignId", "campaign"."Id" AS "campaign_Id", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom"
  FROM "tenant_mall"."Events" "row"
  INNER JOIN "tenant_mall"."EventCampaigns" "campaign" ON "campaign"."Id"="row"."EventCampaignId"
  WHERE ("row"."StartDate" > @0 OR ("campaign"."StartDate" > @0 AND "row"."EndDate" >= "campaign"."StartDate"))
  ORDER BY "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /events?state=ended: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision", "row"."EventCampaignId" AS "row_EventCampaignId", "campaign"."Id" AS "campaign_Id", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom"
  FROM "tenant_mall"."Events" "row"
  INNER JOIN "tenant_mall"."EventCampaigns" "campaign" ON "campaign"."Id"="row"."EventCampaignId"
  WHERE ("row"."StartDate" <= @0 AND ("row"."EndDate" < @0 OR "campaign"."EndDate" < @0 OR ("campaign"."StartDate" > @0 AND "row"."EndDate" < "campaign"."StartDate")))
  ORDER BY "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET by the public, /events?state=upcoming&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z: 200
SELECT "campaign"."Id" AS "campaign_Id", "campaign"."Name" AS "campaign_Name", "campaign"."StartDate" AS "campaign_StartDate", "campaign"."EndDate" AS "campaign_EndDate", "campaign"."CreatedOn" AS "campaign_CreatedOn", "campaign"."UpdatedOn" AS "campaign_UpdatedOn", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom", "campaign"."Description" AS "campaign_Description", "campaign"."ImageUrl" AS "campaign_ImageUrl", "campaign"."LinkUrl" AS "campaign_LinkUrl", "campaign"."Location" AS "campaign_Location", "campaign"."Tags" AS "campaign_Tags", "campaign"."Translations" AS "campaign_Translations", "campaign"."Revision" AS "campaign_Revision", "event"."Id" AS "event_Id", "event"."Name" AS "event_Name", "event"."StartDate" AS "event_StartDate", "event"."EndDate" AS "event_EndDate", "event"."CreatedOn" AS "event_CreatedOn", "event"."UpdatedOn" AS "event_UpdatedOn", "event"."Status" AS "event_Status", "event"."VisibleFrom" AS "event_VisibleFrom", "event"."Description" AS "event_Description", "event"."ImageUrl" AS "event_ImageUrl", "event"."LinkUrl" AS "event_LinkUrl", "event"."Location" AS "event_Location", "event"."Tags" AS "event_Tags", "event"."Translations" AS "event_Translations", "event"."Revision" AS "event_Revision", "event"."EventCampaignId" AS "event_EventCampaignId"
  FROM "tenant_mall"."EventCampaigns" "campaign"
  LEFT JOIN "tenant_mall"."Events" "event" ON "event"."EventCampaignId" = "campaign"."Id" AND "event"."EndDate" >= @0
  WHERE "campaign"."EndDate" >= @0 OR "campaign"."Id" IN (SELECT "going"."EventCampaignId" AS "going_EventCampaignId"
  FROM "tenant_mall"."Events" "going"
  WHERE "going"."EndDate" >= @0)
  ORDER BY "campaign"."StartDate" ASC, "campaign"."Id" ASC, "event"."StartDate" ASC, "event"."Id" ASC
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision", "row"."EventCampaignId" AS "row_EventCampaignId", "campaign"."Id" AS "campaign_Id", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom"
  FROM "tenant_mall"."Events" "row"
  INNER JOIN "tenant_mall"."EventCampaigns" "campaign" ON "campaign"."Id"="row"."EventCampaignId"
  WHERE ("row"."StartDate" > @0 OR ("campaign"."StartDate" > @0 AND "row"."EndDate" >= "campaign"."StartDate")) AND "row"."EndDate" >= @1 AND "row"."StartDate" <= @2 AND "campaign"."EndDate" >= @1 AND "campaign"."StartDate" <= @2 AND "row"."Status" IN ('published', 'cancelled') AND ("row"."VisibleFrom" IS NULL OR "row"."VisibleFrom" <= @0) AND "campaign"."Status" IN ('published', 'cancelled') AND ("campaign"."VisibleFrom" IS NULL OR "campaign"."VisibleFrom" <= @0)
  ORDER BY "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 datetime2(3), @1 datetime2(3), @2 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /events?sort=startDate&limit=1&after=NEXT: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision", "row"."EventCampaignId" AS "row_EventCampaignId", "campaign"."Id" AS "campaign_Id", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom"
  FROM "tenant_mall"."Events" "row"
  INNER JOIN "tenant_mall"."EventCampaigns" "campaign" ON "campaign"."Id"="row"."EventCampaignId"
  WHERE ("row"."StartDate" > @0 OR ("row"."StartDate" = @0 AND "row"."Id" > @1))
  ORDER BY "row"."StartDate" ASC, "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 2 ROWS ONLY
  -- @0 datetime2(3), @1 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /events/0: 200
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision", "row"."EventCampaignId" AS "row_EventCampaignId", "campaign"."Id" AS "campaign_Id", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom"
  FROM "tenant_mall"."Events" "row"
  INNER JOIN "tenant_mall"."EventCampaigns" "campaign" ON "campaign"."Id"="row"."EventCampaignId"
  WHERE "row"."Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- POST /events: 201
BEGIN TRANSACTION -- READ COMMITTED;
UPDATE "tenant_mall"."Revision"
  SET "Value" = "Value" + 1
  WHERE "Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" = @0))
  -- @0 int;
SELECT "Campaign"."Id" AS "Campaign_Id", "Campaign"."Name" AS "Campaign_Name", "Campaign"."StartDate" AS "Campaign_StartDate", "Campaign"."EndDate" AS "Campaign_EndDate", "Campaign"."CreatedOn" AS "Campaign_CreatedOn", "Campaign"."UpdatedOn" AS "Campaign_UpdatedOn", "Campaign"."Status" AS "Campaign_Status", "Campaign"."VisibleFrom" AS "Campaign_VisibleFrom", "Campaign"."Description" AS "Campaign_Description", "Campaign"."ImageUrl" AS "Campaign_ImageUrl", "Campaign"."LinkUrl" AS "Campaign_LinkUrl", "Campaign"."Location" AS "Campaign_Location", "Campaign"."Tags" AS "Campaign_Tags", "Campaign"."Translations" AS "Campaign_Translations", "Campaign"."Revision" AS "Campaign_Revision"
  FROM "tenant_mall"."EventCampaigns" "Campaign"
  WHERE (("Campaign"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
DECLARE @OutputTable TABLE ("Id" int, "StartDate" datetime2, "EndDate" datetime2, "CreatedOn" datetime2, "UpdatedOn" datetime2, "VisibleFrom" datetime2);
INSERT INTO "tenant_mall"."Events"("Name", "StartDate", "EndDate", "CreatedOn", "UpdatedOn", "Status", "VisibleFrom", "Description", "ImageUrl", "LinkUrl", "Location", "Tags", "Translations", "Revision", "EventCampaignId")
  OUTPUT INSERTED."Id", INSERTED."StartDate", INSERTED."EndDate", INSERTED."CreatedOn", INSERTED."UpdatedOn", INSERTED."VisibleFrom" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, @14);
SELECT *
  FROM @OutputTable
  -- @0 nvarchar(500), @1 datetime2(3), @2 datetime2(3), @3 datetime2(3), @4 datetime2(3), @5 varchar(10), @6 datetime2(3), @7 nvarchar, @8 nvarchar(2048), @9 nvarchar(2048), @10 nvarchar(200), @11 varchar(1000), @12 nvarchar, @13 int, @14 int;
DECLARE @OutputTable TABLE ("At" datetime2);
INSERT INTO "tenant_mall"."Changes"("Revision", "At", "Actor", "ActorName", "ActorEmail", "Action", "Resource", "ResourceId", "Before", "After", "Undoes")
  OUTPUT INSERTED."At" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, DEFAULT);
SELECT *
  FROM @OutputTable
  -- @0 int, @1 datetime2(3), @2 nvarchar(255), @3 nvarchar(255), @4 nvarchar(320), @5 varchar(20), @6 varchar(40), @7 int, @8 nvarchar, @9 nvarchar;
COMMIT;

-- POST, with an Idempotency-Key, /events: 201
BEGIN TRANSACTION -- READ COMMITTED;
UPDATE "tenant_mall"."Revision"
  SET "Value" = "Value" + 1
  WHERE "Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
DELETE
  FROM "tenant_mall"."IdempotencyRecords"
  WHERE "CreatedOn" < @0
  -- @0 datetime2(3);
SELECT "IdempotencyRecord"."KeyHash" AS "IdempotencyRecord_KeyHash", "IdempotencyRecord"."BodyHash" AS "IdempotencyRecord_BodyHash", "IdempotencyRecord"."CreatedOn" AS "IdempotencyRecord_CreatedOn", "IdempotencyRecord"."ETag" AS "IdempotencyRecord_ETag", "IdempotencyRecord"."Location" AS "IdempotencyRecord_Location", "IdempotencyRecord"."Body" AS "IdempotencyRecord_Body"
  FROM "tenant_mall"."IdempotencyRecords" "IdempotencyRecord"
  WHERE (("IdempotencyRecord"."KeyHash" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 varchar(64);
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" = @0))
  -- @0 int;
SELECT "Campaign"."Id" AS "Campaign_Id", "Campaign"."Name" AS "Campaign_Name", "Campaign"."StartDate" AS "Campaign_StartDate", "Campaign"."EndDate" AS "Campaign_EndDate", "Campaign"."CreatedOn" AS "Campaign_CreatedOn", "Campaign"."UpdatedOn" AS "Campaign_UpdatedOn", "Campaign"."Status" AS "Campaign_Status", "Campaign"."VisibleFrom" AS "Campaign_VisibleFrom", "Campaign"."Description" AS "Campaign_Description", "Campaign"."ImageUrl" AS "Campaign_ImageUrl", "Campaign"."LinkUrl" AS "Campaign_LinkUrl", "Campaign"."Location" AS "Campaign_Location", "Campaign"."Tags" AS "Campaign_Tags", "Campaign"."Translations" AS "Campaign_Translations", "Campaign"."Revision" AS "Campaign_Revision"
  FROM "tenant_mall"."EventCampaigns" "Campaign"
  WHERE (("Campaign"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
DECLARE @OutputTable TABLE ("Id" int, "StartDate" datetime2, "EndDate" datetime2, "CreatedOn" datetime2, "UpdatedOn" datetime2, "VisibleFrom" datetime2);
INSERT INTO "tenant_mall"."Events"("Name", "StartDate", "EndDate", "CreatedOn", "UpdatedOn", "Status", "VisibleFrom", "Description", "ImageUrl", "LinkUrl", "Location", "Tags", "Translations", "Revision", "EventCampaignId")
  OUTPUT INSERTED."Id", INSERTED."StartDate", INSERTED."EndDate", INSERTED."CreatedOn", INSERTED."UpdatedOn", INSERTED."VisibleFrom" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11, @12, @13, @14);
SELECT *
  FROM @OutputTable
  -- @0 nvarchar(500), @1 datetime2(3), @2 datetime2(3), @3 datetime2(3), @4 datetime2(3), @5 varchar(10), @6 datetime2(3), @7 nvarchar, @8 nvarchar(2048), @9 nvarchar(2048), @10 nvarchar(200), @11 varchar(1000), @12 nvarchar, @13 int, @14 int;
DECLARE @OutputTable TABLE ("At" datetime2);
INSERT INTO "tenant_mall"."Changes"("Revision", "At", "Actor", "ActorName", "ActorEmail", "Action", "Resource", "ResourceId", "Before", "After", "Undoes")
  OUTPUT INSERTED."At" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, DEFAULT);
SELECT *
  FROM @OutputTable
  -- @0 int, @1 datetime2(3), @2 nvarchar(255), @3 nvarchar(255), @4 nvarchar(320), @5 varchar(20), @6 varchar(40), @7 int, @8 nvarchar, @9 nvarchar;
DECLARE @OutputTable TABLE ("CreatedOn" datetime2);
INSERT INTO "tenant_mall"."IdempotencyRecords"("KeyHash", "BodyHash", "CreatedOn", "ETag", "Location", "Body")
  OUTPUT INSERTED."CreatedOn" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5);
SELECT *
  FROM @OutputTable
  -- @0 varchar(64), @1 varchar(64), @2 datetime2(3), @3 varchar(255), @4 varchar(255), @5 nvarchar;
COMMIT;

-- PUT /events/0: 200
BEGIN TRANSACTION -- READ COMMITTED;
UPDATE "tenant_mall"."Revision"
  SET "Value" = "Value" + 1
  WHERE "Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" = @0))
  -- @0 int;
SELECT "Event"."Id" AS "Event_Id", "Event"."Name" AS "Event_Name", "Event"."StartDate" AS "Event_StartDate", "Event"."EndDate" AS "Event_EndDate", "Event"."CreatedOn" AS "Event_CreatedOn", "Event"."UpdatedOn" AS "Event_UpdatedOn", "Event"."Status" AS "Event_Status", "Event"."VisibleFrom" AS "Event_VisibleFrom", "Event"."Description" AS "Event_Description", "Event"."ImageUrl" AS "Event_ImageUrl", "Event"."LinkUrl" AS "Event_LinkUrl", "Event"."Location" AS "Event_Location", "Event"."Tags" AS "Event_Tags", "Event"."Translations" AS "Event_Translations", "Event"."Revision" AS "Event_Revision", "Event"."EventCampaignId" AS "Event_EventCampaignId"
  FROM "tenant_mall"."Events" "Event"
  WHERE (("Event"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
SELECT "Campaign"."Id" AS "Campaign_Id", "Campaign"."Name" AS "Campaign_Name", "Campaign"."StartDate" AS "Campaign_StartDate", "Campaign"."EndDate" AS "Campaign_EndDate", "Campaign"."CreatedOn" AS "Campaign_CreatedOn", "Campaign"."UpdatedOn" AS "Campaign_UpdatedOn", "Campaign"."Status" AS "Campaign_Status", "Campaign"."VisibleFrom" AS "Campaign_VisibleFrom", "Campaign"."Description" AS "Campaign_Description", "Campaign"."ImageUrl" AS "Campaign_ImageUrl", "Campaign"."LinkUrl" AS "Campaign_LinkUrl", "Campaign"."Location" AS "Campaign_Location", "Campaign"."Tags" AS "Campaign_Tags", "Campaign"."Translations" AS "Campaign_Translations", "Campaign"."Revision" AS "Campaign_Revision"
  FROM "tenant_mall"."EventCampaigns" "Campaign"
  WHERE (("Campaign"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
UPDATE "tenant_mall"."Events"
  SET "Name" = @0, "StartDate" = @1, "EndDate" = @2, "VisibleFrom" = @3, "Description" = @4, "ImageUrl" = @5, "LinkUrl" = @6, "Location" = @7, "Tags" = @8, "Translations" = @9, "UpdatedOn" = @10, "Revision" = @11
  WHERE "Id" = @12
  -- @0 nvarchar(500), @1 datetime2(3), @2 datetime2(3), @3 datetime2(3), @4 nvarchar, @5 nvarchar(2048), @6 nvarchar(2048), @7 nvarchar(200), @8 varchar(1000), @9 nvarchar, @10 datetime2(3), @11 int, @12 int;
DECLARE @OutputTable TABLE ("At" datetime2);
INSERT INTO "tenant_mall"."Changes"("Revision", "At", "Actor", "ActorName", "ActorEmail", "Action", "Resource", "ResourceId", "Before", "After", "Undoes")
  OUTPUT INSERTED."At" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, DEFAULT);
SELECT *
  FROM @OutputTable
  -- @0 int, @1 datetime2(3), @2 nvarchar(255), @3 nvarchar(255), @4 nvarchar(320), @5 varchar(20), @6 varchar(40), @7 int, @8 nvarchar, @9 nvarchar;
COMMIT;

-- PATCH /events/0: 200
BEGIN TRANSACTION -- READ COMMITTED;
UPDATE "tenant_mall"."Revision"
  SET "Value" = "Value" + 1
  WHERE "Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" = @0))
  -- @0 int;
SELECT "Event"."Id" AS "Event_Id", "Event"."Name" AS "Event_Name", "Event"."StartDate" AS "Event_StartDate", "Event"."EndDate" AS "Event_EndDate", "Event"."CreatedOn" AS "Event_CreatedOn", "Event"."UpdatedOn" AS "Event_UpdatedOn", "Event"."Status" AS "Event_Status", "Event"."VisibleFrom" AS "Event_VisibleFrom", "Event"."Description" AS "Event_Description", "Event"."ImageUrl" AS "Event_ImageUrl", "Event"."LinkUrl" AS "Event_LinkUrl", "Event"."Location" AS "Event_Location", "Event"."Tags" AS "Event_Tags", "Event"."Translations" AS "Event_Translations", "Event"."Revision" AS "Event_Revision", "Event"."EventCampaignId" AS "Event_EventCampaignId"
  FROM "tenant_mall"."Events" "Event"
  WHERE (("Event"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
UPDATE "tenant_mall"."Events"
  SET "Name" = @0, "UpdatedOn" = @1, "Revision" = @2
  WHERE "Id" = @3
  -- @0 nvarchar(500), @1 datetime2(3), @2 int, @3 int;
DECLARE @OutputTable TABLE ("At" datetime2);
INSERT INTO "tenant_mall"."Changes"("Revision", "At", "Actor", "ActorName", "ActorEmail", "Action", "Resource", "ResourceId", "Before", "After", "Undoes")
  OUTPUT INSERTED."At" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, DEFAULT);
SELECT *
  FROM @OutputTable
  -- @0 int, @1 datetime2(3), @2 nvarchar(255), @3 nvarchar(255), @4 nvarchar(320), @5 varchar(20), @6 varchar(40), @7 int, @8 nvarchar, @9 nvarchar;
COMMIT;

-- DELETE /events/0: 204
BEGIN TRANSACTION -- READ COMMITTED;
UPDATE "tenant_mall"."Revision"
  SET "Value" = "Value" + 1
  WHERE "Id" = @0
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" = @0))
  -- @0 int;
SELECT "Event"."Id" AS "Event_Id", "Event"."Name" AS "Event_Name", "Event"."StartDate" AS "Event_StartDate", "Event"."EndDate" AS "Event_EndDate", "Event"."CreatedOn" AS "Event_CreatedOn", "Event"."UpdatedOn" AS "Event_UpdatedOn", "Event"."Status" AS "Event_Status", "Event"."VisibleFrom" AS "Event_VisibleFrom", "Event"."Description" AS "Event_Description", "Event"."ImageUrl" AS "Event_ImageUrl", "Event"."LinkUrl" AS "Event_LinkUrl", "Event"."Location" AS "Event_Location", "Event"."Tags" AS "Event_Tags", "Event"."Translations" AS "Event_Translations", "Event"."Revision" AS "Event_Revision", "Event"."EventCampaignId" AS "Event_EventCampaignId"
  FROM "tenant_mall"."Events" "Event"
  WHERE (("Event"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
DECLARE @OutputTable TABLE ("DeletedOn" datetime2, "StartDate" datetime2, "EndDate" datetime2, "VisibleFrom" datetime2);
INSERT INTO "tenant_mall"."Tombstones"("Resource", "ResourceId", "Revision", "DeletedOn", "CampaignEventId", "Name", "StartDate", "EndDate", "Status", "VisibleFrom", "Tags", "Row")
  OUTPUT INSERTED."DeletedOn", INSERTED."StartDate", INSERTED."EndDate", INSERTED."VisibleFrom" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, @10, @11);
SELECT *
  FROM @OutputTable
  -- @0 varchar(40), @1 int, @2 int, @3 datetime2(3), @4 int, @5 nvarchar(500), @6 datetime2(3), @7 datetime2(3), @8 varchar(10), @9 datetime2(3), @10 varchar(1000), @11 nvarchar;
DELETE
  FROM "tenant_mall"."Events"
  WHERE "Id" IN (@0)
  -- @0 int;
DECLARE @OutputTable TABLE ("At" datetime2);
INSERT INTO "tenant_mall"."Changes"("Revision", "At", "Actor", "ActorName", "ActorEmail", "Action", "Resource", "ResourceId", "Before", "After", "Undoes")
  OUTPUT INSERTED."At" INTO @OutputTable
  VALUES (@0, @1, @2, @3, @4, @5, @6, @7, @8, @9, DEFAULT);
SELECT *
  FROM @OutputTable
  -- @0 int, @1 datetime2(3), @2 nvarchar(255), @3 nvarchar(255), @4 nvarchar(320), @5 varchar(20), @6 varchar(40), @7 int, @8 nvarchar, @9 nvarchar;
COMMIT;

-- GET /timeline?at=2100-01-01T00:00:00Z: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "campaign"."Id" AS "campaign_Id", "campaign"."Name" AS "campaign_Name", "campaign"."StartDate" AS "campaign_StartDate", "campaign"."EndDate" AS "campaign_EndDate", "campaign"."CreatedOn" AS "campaign_CreatedOn", "campaign"."UpdatedOn" AS "campaign_UpdatedOn", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom", "campaign"."Description" AS "campaign_Description", "campaign"."ImageUrl" AS "campaign_ImageUrl", "campaign"."LinkUrl" AS "campaign_LinkUrl", "campaign"."Location" AS "campaign_Location", "campaign"."Tags" AS "campaign_Tags", "campaign"."Translations" AS "campaign_Translations", "campaign"."Revision" AS "campaign_Revision", "event"."Id" AS "event_Id", "event"."Name" AS "event_Name", "event"."StartDate" AS "event_StartDate", "event"."EndDate" AS "event_EndDate", "event"."CreatedOn" AS "event_CreatedOn", "event"."UpdatedOn" AS "event_UpdatedOn", "event"."Status" AS "event_Status", "event"."VisibleFrom" AS "event_VisibleFrom", "event"."Description" AS "event_Description", "event"."ImageUrl" AS "event_ImageUrl", "event"."LinkUrl" AS "event_LinkUrl", "event"."Location" AS "event_Location", "event"."Tags" AS "event_Tags", "event"."Translations" AS "event_Translations", "event"."Revision" AS "event_Revision", "event"."EventCampaignId" AS "event_EventCampaignId"
  FROM "tenant_mall"."EventCampaigns" "campaign"
  LEFT JOIN "tenant_mall"."Events" "event" ON "event"."EventCampaignId" = "campaign"."Id" AND "event"."EndDate" >= @0
  WHERE "campaign"."EndDate" >= @0 OR "campaign"."Id" IN (SELECT "going"."EventCampaignId" AS "going_EventCampaignId"
  FROM "tenant_mall"."Events" "going"
  WHERE "going"."EndDate" >= @0)
  ORDER BY "campaign"."StartDate" ASC, "campaign"."Id" ASC, "event"."StartDate" ASC, "event"."Id" ASC
  -- @0 datetime2(3);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /events?sort=name&name=caf%C3%A9&at=2100-01-01T00:00:00Z: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "row"."Id" AS "row_Id", "row"."Name" AS "row_Name", "row"."StartDate" AS "row_StartDate", "row"."EndDate" AS "row_EndDate", "row"."CreatedOn" AS "row_CreatedOn", "row"."UpdatedOn" AS "row_UpdatedOn", "row"."Status" AS "row_Status", "row"."VisibleFrom" AS "row_VisibleFrom", "row"."Description" AS "row_Description", "row"."ImageUrl" AS "row_ImageUrl", "row"."LinkUrl" AS "row_LinkUrl", "row"."Location" AS "row_Location", "row"."Tags" AS "row_Tags", "row"."Translations" AS "row_Translations", "row"."Revision" AS "row_Revision", "row"."EventCampaignId" AS "row_EventCampaignId", "campaign"."Id" AS "campaign_Id", "campaign"."Status" AS "campaign_Status", "campaign"."VisibleFrom" AS "campaign_VisibleFrom"
  FROM "tenant_mall"."Events" "row"
  INNER JOIN "tenant_mall"."EventCampaigns" "campaign" ON "campaign"."Id"="row"."EventCampaignId"
  WHERE (CHARINDEX(LOWER(@0), LOWER("row"."Name")) > 0 OR CHARINDEX(LOWER(@1), LOWER("row"."Name")) > 0)
  ORDER BY "row"."Name" ASC, "row"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 nvarchar, @1 nvarchar;
SELECT "Index", DENSE_RANK() OVER (ORDER BY "Text") AS "Rank",
    CASE WHEN CHARINDEX(LOWER(@0), LOWER("Text")) > 0 OR CHARINDEX(LOWER(@1), LOWER("Text")) > 0 THEN 1 ELSE 0 END AS "Found"
   
  FROM (
SELECT "key" AS "Index", CAST("value" AS NVARCHAR(500)) AS "Text"
   
  FROM OPENJSON(@2)
    ) "Texts"
  -- @0 nvarchar, @1 nvarchar, @2 nvarchar;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /events/0?at=2100-01-01T00:00:00Z: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Event"."Id" AS "Event_Id", "Event"."Name" AS "Event_Name", "Event"."StartDate" AS "Event_StartDate", "Event"."EndDate" AS "Event_EndDate", "Event"."CreatedOn" AS "Event_CreatedOn", "Event"."UpdatedOn" AS "Event_UpdatedOn", "Event"."Status" AS "Event_Status", "Event"."VisibleFrom" AS "Event_VisibleFrom", "Event"."Description" AS "Event_Description", "Event"."ImageUrl" AS "Event_ImageUrl", "Event"."LinkUrl" AS "Event_LinkUrl", "Event"."Location" AS "Event_Location", "Event"."Tags" AS "Event_Tags", "Event"."Translations" AS "Event_Translations", "Event"."Revision" AS "Event_Revision", "Event"."EventCampaignId" AS "Event_EventCampaignId"
  FROM "tenant_mall"."Events" "Event"
  WHERE (("Event"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /campaign-events/0/events?at=2100-01-01T00:00:00Z: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Campaign"."Id" AS "Campaign_Id", "Campaign"."Name" AS "Campaign_Name", "Campaign"."StartDate" AS "Campaign_StartDate", "Campaign"."EndDate" AS "Campaign_EndDate", "Campaign"."CreatedOn" AS "Campaign_CreatedOn", "Campaign"."UpdatedOn" AS "Campaign_UpdatedOn", "Campaign"."Status" AS "Campaign_Status", "Campaign"."VisibleFrom" AS "Campaign_VisibleFrom", "Campaign"."Description" AS "Campaign_Description", "Campaign"."ImageUrl" AS "Campaign_ImageUrl", "Campaign"."LinkUrl" AS "Campaign_LinkUrl", "Campaign"."Location" AS "Campaign_Location", "Campaign"."Tags" AS "Campaign_Tags", "Campaign"."Translations" AS "Campaign_Translations", "Campaign"."Revision" AS "Campaign_Revision"
  FROM "tenant_mall"."EventCampaigns" "Campaign"
  WHERE (("Campaign"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
SELECT "Event"."Id" AS "Event_Id", "Event"."Name" AS "Event_Name", "Event"."StartDate" AS "Event_StartDate", "Event"."EndDate" AS "Event_EndDate", "Event"."CreatedOn" AS "Event_CreatedOn", "Event"."UpdatedOn" AS "Event_UpdatedOn", "Event"."Status" AS "Event_Status", "Event"."VisibleFrom" AS "Event_VisibleFrom", "Event"."Description" AS "Event_Description", "Event"."ImageUrl" AS "Event_ImageUrl", "Event"."LinkUrl" AS "Event_LinkUrl", "Event"."Location" AS "Event_Location", "Event"."Tags" AS "Event_Tags", "Event"."Translations" AS "Event_Translations", "Event"."Revision" AS "Event_Revision", "Event"."EventCampaignId" AS "Event_EventCampaignId"
  FROM "tenant_mall"."Events" "Event"
  WHERE (("Event"."EventCampaignId" = @0))
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /changes?after=0: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At", "Change"."Actor" AS "Change_Actor", "Change"."ActorName" AS "Change_ActorName", "Change"."ActorEmail" AS "Change_ActorEmail", "Change"."Action" AS "Change_Action", "Change"."Resource" AS "Change_Resource", "Change"."ResourceId" AS "Change_ResourceId", "Change"."Before" AS "Change_Before", "Change"."After" AS "Change_After", "Change"."Undoes" AS "Change_Undoes"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" > @0))
  ORDER BY "Change"."Revision" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /changes?order=desc&before=9: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At", "Change"."Actor" AS "Change_Actor", "Change"."ActorName" AS "Change_ActorName", "Change"."ActorEmail" AS "Change_ActorEmail", "Change"."Action" AS "Change_Action", "Change"."Resource" AS "Change_Resource", "Change"."ResourceId" AS "Change_ResourceId", "Change"."Before" AS "Change_Before", "Change"."After" AS "Change_After", "Change"."Undoes" AS "Change_Undoes"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Revision" < @0))
  ORDER BY "Change"."Revision" DESC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /changes?after=0&resource=campaign&resourceId=0: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Change"."Revision" AS "Change_Revision", "Change"."At" AS "Change_At", "Change"."Actor" AS "Change_Actor", "Change"."ActorName" AS "Change_ActorName", "Change"."ActorEmail" AS "Change_ActorEmail", "Change"."Action" AS "Change_Action", "Change"."Resource" AS "Change_Resource", "Change"."ResourceId" AS "Change_ResourceId", "Change"."Before" AS "Change_Before", "Change"."After" AS "Change_After", "Change"."Undoes" AS "Change_Undoes"
  FROM "tenant_mall"."Changes" "Change"
  WHERE (("Change"."Resource" = @0) AND ("Change"."ResourceId" = @1) AND ("Change"."Revision" > @2))
  ORDER BY "Change"."Revision" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 varchar(40), @1 int, @2 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /webhooks: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Webhook"."Id" AS "Webhook_Id", "Webhook"."Url" AS "Webhook_Url", "Webhook"."Types" AS "Webhook_Types", "Webhook"."Active" AS "Webhook_Active", "Webhook"."CreatedOn" AS "Webhook_CreatedOn", "Webhook"."Secret" AS "Webhook_Secret", "Webhook"."PreviousSecret" AS "Webhook_PreviousSecret", "Webhook"."PreviousUntil" AS "Webhook_PreviousUntil", "Webhook"."CursorRevision" AS "Webhook_CursorRevision", "Webhook"."CursorAt" AS "Webhook_CursorAt", "Webhook"."FailingSince" AS "Webhook_FailingSince", "Webhook"."Revision" AS "Webhook_Revision"
  FROM "tenant_mall"."Webhooks" "Webhook"
  WHERE (("Webhook"."Id" > @0))
  ORDER BY "Webhook"."Id" ASC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /webhooks/0: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Webhook"."Id" AS "Webhook_Id", "Webhook"."Url" AS "Webhook_Url", "Webhook"."Types" AS "Webhook_Types", "Webhook"."Active" AS "Webhook_Active", "Webhook"."CreatedOn" AS "Webhook_CreatedOn", "Webhook"."Secret" AS "Webhook_Secret", "Webhook"."PreviousSecret" AS "Webhook_PreviousSecret", "Webhook"."PreviousUntil" AS "Webhook_PreviousUntil", "Webhook"."CursorRevision" AS "Webhook_CursorRevision", "Webhook"."CursorAt" AS "Webhook_CursorAt", "Webhook"."FailingSince" AS "Webhook_FailingSince", "Webhook"."Revision" AS "Webhook_Revision"
  FROM "tenant_mall"."Webhooks" "Webhook"
  WHERE (("Webhook"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;

-- GET /webhooks/0/deliveries?status=dead: 200
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
SELECT "Webhook"."Id" AS "Webhook_Id", "Webhook"."Url" AS "Webhook_Url", "Webhook"."Types" AS "Webhook_Types", "Webhook"."Active" AS "Webhook_Active", "Webhook"."CreatedOn" AS "Webhook_CreatedOn", "Webhook"."Secret" AS "Webhook_Secret", "Webhook"."PreviousSecret" AS "Webhook_PreviousSecret", "Webhook"."PreviousUntil" AS "Webhook_PreviousUntil", "Webhook"."CursorRevision" AS "Webhook_CursorRevision", "Webhook"."CursorAt" AS "Webhook_CursorAt", "Webhook"."FailingSince" AS "Webhook_FailingSince", "Webhook"."Revision" AS "Webhook_Revision"
  FROM "tenant_mall"."Webhooks" "Webhook"
  WHERE (("Webhook"."Id" = @0))
  ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY
  -- @0 int;
SELECT "Delivery"."Id" AS "Delivery_Id", "Delivery"."MessageId" AS "Delivery_MessageId", "Delivery"."Type" AS "Delivery_Type", "Delivery"."Status" AS "Delivery_Status", "Delivery"."Attempts" AS "Delivery_Attempts", "Delivery"."NextAttemptAt" AS "Delivery_NextAttemptAt", "Delivery"."WebhookId" AS "Delivery_WebhookId", "Delivery"."Subject" AS "Delivery_Subject", "Delivery"."Body" AS "Delivery_Body", "Delivery"."GiveUpAt" AS "Delivery_GiveUpAt", "Delivery"."KeptUntil" AS "Delivery_KeptUntil"
  FROM "tenant_mall"."WebhookDeliveries" "Delivery"
  WHERE (("Delivery"."WebhookId" = @0) AND ("Delivery"."Status" = @1))
  ORDER BY "Delivery"."Id" DESC OFFSET 0 ROWS FETCH NEXT 51 ROWS ONLY
  -- @0 int, @1 varchar(10);
SELECT "Revision"."Value" AS "revision", "Revision"."Epoch" AS "epoch"
  FROM "tenant_mall"."Revision" "Revision"
  WHERE "Revision"."Id" = 1;
