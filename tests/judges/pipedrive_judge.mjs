// Drive a fake Pipedrive with Pipedrive's own client, and print what it saw. Run where the client is installed.
import { createRequire } from "node:module";
const require = createRequire(process.cwd() + "/");
const { v1, v2 } = { v1: require("pipedrive/v1"), v2: require("pipedrive/v2") };
const [base, token] = process.argv.slice(2);
const two = new v2.Configuration({ apiKey: token, basePath: `${base}/api/v2` });
const one = new v1.Configuration({ apiKey: token, basePath: `${base}/v1` });
const seen = {};

async function walk(fetch) {
  const ids = [];
  let cursor;
  do {
    const page = await fetch(cursor);
    ids.push(...page.data.map((each) => each.id));
    cursor = page.additional_data?.next_cursor ?? undefined;
  } while (cursor);
  return ids;
}

const deals = new v2.DealsApi(two);
seen.deals = await walk((cursor) => deals.getDeals({ limit: 100, sort_by: "id", cursor }));
seen.archived = await walk((cursor) => deals.getArchivedDeals({ limit: 100, cursor }));
const activities = new v2.ActivitiesApi(two);
seen.activities = await walk((cursor) => activities.getActivities({ limit: 500, cursor }));
seen.stages = await walk((cursor) => new v2.StagesApi(two).getStages({ cursor }));
seen.users = (await new v1.UsersApi(one).getUsers()).data.map((each) => each.id);
seen.me = (await new v1.UsersApi(one).getCurrentUser()).data.company_id;
const goals = new v1.GoalsApi(one);
const wanted = {
  title: "12 contracts", assignee: { id: 1, type: "person" }, type: { name: "deals_won", params: { pipeline_id: null } },
  expected_outcome: { target: 12, tracking_metric: "quantity" }, duration: { start: "2026-01-01", end: "2026-03-31" }, interval: "quarterly",
};
const made = (await goals.addGoal({ AddGoalRequest: wanted })).data.goal;
seen.goal = made.expected_outcome.target;
seen.found = (await goals.getGoals({ type_name: "deals_won" })).data.goals.map((each) => each.title);
await goals.deleteGoal({ id: made.id });
seen.left = (await goals.getGoals({ type_name: "deals_won" })).data.goals.length;
const activity = (await activities.addActivity({ AddActivityRequest: { subject: "Check-in", type: "task", due_date: "2026-02-02" } })).data;
seen.activity = activity.subject;
process.stdout.write(JSON.stringify(seen));
