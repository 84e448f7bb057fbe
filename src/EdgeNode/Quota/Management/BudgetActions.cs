using System.Text.Json;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.Replication.Ledger;
using GlobalGateway.Replication.Stores;
using GlobalGateway.Replication.Survey;

namespace GlobalGateway.EdgeNode.Quota.Management;

/// <summary>
/// Shows an operator with the admin token where budgets stand (<c>GET /budgets</c>, <c>GET /budgets?budget=NAME</c> with every
/// region's part) and takes what only an operator may do to this region's part.
/// </summary>
public sealed partial class BudgetActions(
    EdgeOptions options, SnapshotStore snapshots, AdminToken token, ILogger<BudgetActions> logger, BudgetStandings? standings = null, BudgetOperations? operations = null)
{
    public const string Path = "/budgets";

    private const string Verbs = "There are GET /budgets, GET /budgets?budget=…, POST /budgets/transfer?budget=…&to=REGION&usd=…|tokens=…|requests=… "
        + "POST /budgets/close-epoch?budget=…&epoch=…, POST /budgets/open-generation?after=… and POST /budgets/reclaim?budget=…&generation=…";

    public async Task RunAsync(HttpContext context)
    {
        var request = context.Request;
        if (!token.Accepts(request.Headers.Authorization))
        {
            await ManagementAnswer.ProblemAsync(context, 401, "Send the edge's admin token as \"authorization: Bearer …\".");
            return;
        }

        if (standings is null || operations is null || snapshots.Current is not { } current)
        {
            await ManagementAnswer.ProblemAsync(context, 503, standings is null ? "This edge has no ledger, so it enforces no budget; its settings name none." : "This edge has no configuration yet.");
            return;
        }

        var verb = request.Path.Value![Path.Length..].Trim('/');
        var name = request.Query["budget"].ToString();
        if (verb.Length == 0 && HttpMethods.IsGet(request.Method) && name.Length == 0)
        {
            await ListAsync(context, current);
            return;
        }

        if (verb == "open-generation" && HttpMethods.IsPost(request.Method))
        {
            await OpenGenerationAsync(context);
            return;
        }

        if (Array.Find(current.Budgets, b => b.Name == name) is not { Account: not null } budget)
        {
            await ManagementAnswer.ProblemAsync(context, 404, name.Length == 0 ? Verbs : $"no Budget named \"{name}\"{Suggestion.For(name, current.Budgets.Select(b => b.Name))}");
            return;
        }

        try
        {
            await (verb switch
            {
                "" when HttpMethods.IsGet(request.Method) => ShowAsync(context, budget),
                "transfer" when HttpMethods.IsPost(request.Method) => TransferAsync(context, budget),
                "close-epoch" when HttpMethods.IsPost(request.Method) => CloseAsync(context, budget),
                "reclaim" when HttpMethods.IsPost(request.Method) => ReclaimAsync(context, budget),
                _ => ManagementAnswer.ProblemAsync(context, 404, Verbs),
            });
        }
        catch (Exception e) when (e is LedgerUnavailableException or LedgerCorruptException)
        {
            await ManagementAnswer.ProblemAsync(context, 503, $"The ledger does not answer, so it is not known whether this was done; look again: {e.Message}");
        }
    }

    private static Task ListAsync(HttpContext context, GatewaySnapshot current) => ManagementAnswer.StreamAsync(
        context,
        static _ => { },
        "budgets",
        current.Budgets.ToAsyncEnumerable(),
        (writer, budget) =>
        {
            writer.WriteStartObject();
            WriteName(writer, budget);
            var standing = budget.Account?.Standing ?? default;
            BudgetJson.Vector(writer, "limit", budget.Spec.Amount, budget.Spec.Units);
            if (standing.ResetsAt != default)
            {
                BudgetJson.Vector(writer, "spent", standing.Spent, budget.Spec.Units);
                writer.WriteString("resetsAt"u8, standing.ResetsAt.UtcDateTime);
            }

            writer.WriteEndObject();
        });

    private async Task ShowAsync(HttpContext context, CompiledBudget budget)
    {
        var survey = await standings!.SurveyAsync(budget.Account!, context.RequestAborted);
        await ManagementAnswer.JsonAsync(context, 200, writer =>
        {
            WriteName(writer, budget);
            BudgetJson.Survey(writer, survey, budget.Spec.Units, budget.Account!.Standing.Spent);
        });
    }

    private async Task TransferAsync(HttpContext context, CompiledBudget budget)
    {
        var query = context.Request.Query;
        var to = query["to"].ToString();
        var regions = snapshots.Current!.Resources.Regions.Select(r => r.Name).ToArray();
        if (!regions.Contains(to) || to == options.Region)
        {
            await ManagementAnswer.ProblemAsync(context, 400, to == options.Region ? $"{to} is this edge's own region" : $"no Region named \"{to}\"{Suggestion.For(to, regions)}");
            return;
        }

        if (!BudgetJson.TryAmount(query, budget.Spec.Units, out var amount))
        {
            await ManagementAnswer.ProblemAsync(context, 400, $"say how much, in units that {budget.Name} counts: usd=12.50, tokens=100000, requests=10");
            return;
        }

        var (given, left) = await operations!.TransferAsync(budget.Account!, to, amount, context.RequestAborted);
        LogDone("transfer", budget.Name, $"{BudgetJson.Text(given, budget.Spec.Units)} to {to}");
        await ManagementAnswer.JsonAsync(context, 200, writer =>
        {
            BudgetJson.Vector(writer, "given", given, budget.Spec.Units);
            BudgetJson.Vector(writer, "left", left, budget.Spec.Units);
        });
    }

    private async Task CloseAsync(HttpContext context, CompiledBudget budget)
    {
        if (!int.TryParse(context.Request.Query["epoch"], out var epoch))
        {
            await ManagementAnswer.ProblemAsync(context, 400, "say which epoch: epoch=…; GET /budgets?budget=… lists them");
            return;
        }

        if (await operations!.CloseEpochAsync(budget.Account!, epoch, context.RequestAborted) is not { } charged)
        {
            await ManagementAnswer.ProblemAsync(context, 409, $"{budget.Name} has no open epoch {epoch} in {options.Region}; GET /budgets?budget={budget.Name} lists them");
            return;
        }

        LogDone("close-epoch", budget.Name, $"epoch {epoch} at {BudgetJson.Text(charged, budget.Spec.Units)}");
        await ManagementAnswer.JsonAsync(context, 200, writer => BudgetJson.Vector(writer, "charged", charged, budget.Spec.Units));
    }

    private async Task OpenGenerationAsync(HttpContext context)
    {
        if (!int.TryParse(context.Request.Query["after"], out var after) || after < 1)
        {
            await ManagementAnswer.ProblemAsync(context, 400, "say which generation is over: after=…; GET /budgets?budget=… shows it");
            return;
        }

        var opened = await operations!.OpenGenerationAsync(after, context.RequestAborted);
        LogDone("open-generation", "all", $"generation {opened.Number} of {options.Region}");
        await ManagementAnswer.JsonAsync(context, 200, writer => writer.WriteNumber("generation"u8, opened.Number));
    }

    private async Task ReclaimAsync(HttpContext context, CompiledBudget budget)
    {
        if (!int.TryParse(context.Request.Query["generation"], out var generation))
        {
            await ManagementAnswer.ProblemAsync(context, 400, "say of which earlier generation: generation=…");
            return;
        }

        try
        {
            var reclaimed = await operations!.ReclaimAsync(budget.Account!, generation, context.RequestAborted);
            LogDone("reclaim", budget.Name, $"{BudgetJson.Text(reclaimed, budget.Spec.Units)} of generation {generation}");
            await ManagementAnswer.JsonAsync(context, 200, writer => BudgetJson.Vector(writer, "reclaimed", reclaimed, budget.Spec.Units));
        }
        catch (ArgumentOutOfRangeException wrong)
        {
            await ManagementAnswer.ProblemAsync(context, 409, wrong.Message.Split(" (Parameter")[0]);
        }
    }

    private static void WriteName(Utf8JsonWriter writer, CompiledBudget budget)
    {
        var to = budget.Resource.AppliesTo;
        writer.WriteString("name"u8, budget.Name);
        writer.WriteString("id"u8, budget.Spec.Id);
        writer.WriteString("tenant"u8, to.Tenant);
        writer.WriteString("team"u8, to.Team);
        writer.WriteString("key"u8, to.Key);
    }

    [LoggerMessage(Level = LogLevel.Warning, EventName = "budget_action", Message = "an operator asked for {Action} of budget {Budget}: {What}")]
    private partial void LogDone(string action, string budget, string what);
}
