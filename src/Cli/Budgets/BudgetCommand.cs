using System.CommandLine;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Budgets;

/// <summary><c>gg budget</c>: where budgets stand, and what only an operator may do to them.</summary>
internal static class BudgetCommand
{
    public static Command Create() => new GgCommand("budget", "Shows where budgets stand in every region, and moves or closes what only an operator may.",
        "gg budget show", "gg budget show acme-monthly") { Show(), Transfer(), CloseEpoch(), OpenGeneration(), Reclaim() };

    private static GgCommand Show()
    {
        var budget = new Argument<string?>("BUDGET") { Description = "One budget with every region's part. [default: all, one line each]", Arity = ArgumentArity.ZeroOrOne };
        var state = new StateOption();
        var output = new OutputOption();
        var command = new GgCommand("show", "Says what is spent, held and left.", "gg budget show", "gg budget show acme-monthly --output json | jq .regions") { budget, state, output };
        command.SetAction((call, cancellation) => BudgetShow.RunAsync(state.DirectoryOf(call), call.GetValue(budget), output.IsJson(call), cancellation));
        return command;
    }

    private static GgCommand Transfer()
    {
        var budget = new Argument<string>("BUDGET");
        var from = new Option<string>("--from") { Description = "The region that gives.", HelpName = "REGION", Required = true };
        var to = new Option<string>("--to") { Description = "The region that gets.", HelpName = "REGION", Required = true };
        var dollars = new Option<string?>("--usd") { Description = "Dollars, such as 12.50.", HelpName = "AMOUNT" };
        var tokens = new Option<long?>("--tokens") { Description = "Tokens.", HelpName = "COUNT" };
        var requests = new Option<long?>("--requests") { Description = "Requests.", HelpName = "COUNT" };
        var yes = new Option<bool>("--yes") { Description = "Do it without asking." };
        var state = new StateOption();
        var command = new GgCommand("transfer", "Moves unspent rights from one region to another; regions do so by themselves where there is demand.",
            "gg budget transfer acme-monthly --from us-east --to eu-west --usd 20", "gg budget transfer acme-monthly --from us-east --to eu-west --tokens 100000 --yes") { budget, from, to, dollars, tokens, requests, yes, state };
        command.SetAction((call, cancellation) => BudgetChange.TransferAsync(
            state.DirectoryOf(call), call.GetValue(budget)!, call.GetValue(from)!, call.GetValue(to)!,
            [("usd", call.GetValue(dollars)), ("tokens", Text(call.GetValue(tokens))), ("requests", Text(call.GetValue(requests)))], call.GetValue(yes), cancellation));
        return command;

        static string? Text(long? count) => count?.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static GgCommand OpenGeneration()
    {
        var region = new Option<string>("--region") { Description = "Whose ledger was lost, rebuilt or restored.", HelpName = "REGION", Required = true };
        var after = new Option<int>("--after") { Description = "The generation that is over, as \"gg budget show BUDGET --output json\" says.", HelpName = "NUMBER", Required = true };
        var yes = new Option<bool>("--yes") { Description = "Do it without asking." };
        var state = new StateOption();
        var command = new GgCommand("open-generation", "Lets a region whose ledger was lost begin anew, with no rights in the periods that may have begun.",
            "gg budget open-generation --region eu-west --after 1", "gg budget open-generation --region eu-west --after 1 --yes") { region, after, yes, state };
        command.SetAction((call, cancellation) => BudgetChange.OpenGenerationAsync(
            state.DirectoryOf(call), call.GetValue(region)!, call.GetValue(after), call.GetValue(yes), cancellation));
        return command;
    }

    private static GgCommand Reclaim()
    {
        var budget = new Argument<string>("BUDGET");
        var region = new Option<string>("--region") { Description = "Whose earlier generation.", HelpName = "REGION", Required = true };
        var generation = new Option<int>("--generation") { Description = "The one that has stopped for good.", HelpName = "NUMBER", Required = true };
        var yes = new Option<bool>("--yes") { Description = "Do it without asking." };
        var state = new StateOption();
        var command = new GgCommand("reclaim", "Brings back what an earlier generation of a region left unspent.",
            "gg budget reclaim acme-monthly --region eu-west --generation 1", "gg budget reclaim acme-monthly --region eu-west --generation 1 --yes") { budget, region, generation, yes, state };
        command.SetAction((call, cancellation) => BudgetChange.ReclaimAsync(
            state.DirectoryOf(call), call.GetValue(budget)!, call.GetValue(region)!, call.GetValue(generation), call.GetValue(yes), cancellation));
        return command;
    }

    private static GgCommand CloseEpoch()
    {
        var budget = new Argument<string>("BUDGET");
        var region = new Option<string>("--region") { Description = "Whose epoch.", HelpName = "REGION", Required = true };
        var epoch = new Option<int>("--epoch") { Description = "Its number, as \"gg budget show BUDGET\" says.", HelpName = "NUMBER", Required = true };
        var yes = new Option<bool>("--yes") { Description = "Do it without asking." };
        var state = new StateOption();
        var command = new GgCommand("close-epoch", "Closes an epoch whose edge is gone for good: all it was granted is charged, and flagged as estimated.",
            "gg budget close-epoch acme-monthly --region eu-west --epoch 4", "gg budget close-epoch acme-monthly --region eu-west --epoch 4 --yes") { budget, region, epoch, yes, state };
        command.SetAction((call, cancellation) => BudgetChange.CloseEpochAsync(
            state.DirectoryOf(call), call.GetValue(budget)!, call.GetValue(region)!, call.GetValue(epoch), call.GetValue(yes), cancellation));
        return command;
    }
}
