using System.CommandLine;
using GlobalGateway.Cli.CommandLine;

namespace GlobalGateway.Cli.Api;

/// <summary>A command that asks a control plane: which one, as whom, and whether a script reads the answer.</summary>
internal sealed class ApiCommand(string name, string description, params string[] examples) : GgCommand(name, description, examples)
{
    private readonly ApiOptions _api = new();
    private readonly OutputOption _output = new();

    /// <summary>Says what it does; its own options come first in its help, those of every such command last.</summary>
    /// <param name="run">Gives the exit code.</param>
    public void Runs(Func<ApiCall, Task<int>> run)
    {
        Add(_output);
        _api.AddTo(this);
        SetAction(async (call, cancel) =>
        {
            using var client = _api.Open(call);
            return await run(new ApiCall(call, client, _output.IsJson(call), cancel));
        });
    }
}
