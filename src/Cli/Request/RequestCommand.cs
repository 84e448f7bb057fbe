using System.CommandLine;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Request;

/// <summary><c>gg request "…"</c>: one question to a region of the running fleet.</summary>
internal static class RequestCommand
{
    public static Command Create()
    {
        var prompt = new Argument<string>("prompt") { Description = "What to ask." };
        var model = new Option<string>("--model", "-m") { Description = "The public name of a model.", HelpName = "NAME", DefaultValueFactory = _ => "fast" };
        var region = new Option<string?>("--region", "-r") { Description = "Which region's edge to ask. [default: the first]", HelpName = "NAME" };
        var stream = new Option<bool>("--stream", "-s") { Description = "Show the answer as it comes." };
        var api = new Option<string?>("--api") { Description = "Which API to speak. [default: anthropic for claude… models, else openai]", HelpName = "openai|anthropic" };
        api.AcceptOnlyFromAmong("openai", "anthropic");
        var key = new Option<string>("--key") { Description = "The client key.", HelpName = "KEY", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("GG_KEY") ?? "gg-demo" };
        var state = new StateOption();
        var output = new OutputOption();
        var command = new GgCommand("request", "Asks a model through one region of the running fleet and says what happened on the way.",
            "gg request \"hello\" --model smart --stream", "gg request \"hello\" --region eu-west --output json | jq .provider")
        { prompt, model, region, stream, api, key, state, output };
        command.SetAction((call, cancellation) =>
        {
            var name = call.GetValue(model)!;
            var anthropic = call.GetValue(api) is { } chosen ? chosen == "anthropic" : name.StartsWith("claude", StringComparison.Ordinal);
            return new RequestRun(
                anthropic ? Dialect.Anthropic : Dialect.OpenAi, call.GetValue(prompt)!, name, call.GetValue(stream) && !output.IsJson(call), call.GetValue(key)!)
                .RunAsync(state.DirectoryOf(call), call.GetValue(region), output.IsJson(call), cancellation);
        });
        return command;
    }
}
