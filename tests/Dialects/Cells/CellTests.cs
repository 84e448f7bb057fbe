using GlobalGateway.Dialects.Fleet;
using Shouldly;
using Xunit;

namespace GlobalGateway.Dialects.Cells;

/// <summary>Every library to every provider: each cell is a test, and all of a script's run in one process.</summary>
public class CellTests(DialectFleet fleet)
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Task<IReadOnlyDictionary<string, string?>>> Runs = [];

    public static TheoryData<string> Matrix() => [.. Cell.Matrix.Select(static cell => cell.Name)];

    public static TheoryData<string> Others() => [.. AllOthers.Select(static cell => cell.Name)];

    private static IEnumerable<Cell> AllOthers => Cell.Embeddings.Concat(Cell.Counts).Concat(Cell.DialectOnly);

    [Theory]
    [MemberData(nameof(Matrix))]
    public Task Library_ToProvider_GetsTheWholeAnswerInItsWords(string cell) => ShouldPassAsync("cells.mjs", Cell.Matrix, cell);

    [Theory]
    [MemberData(nameof(Others))]
    public Task EmbeddingsCountsAndWhatOnlyOneDialectSays_AreRight(string cell) => ShouldPassAsync("others.mjs", AllOthers, cell);

    [Fact]
    public void Matrix_HasEveryCell() => Cell.Matrix.Count.ShouldBe(4 * 4 * 8);

    private async Task ShouldPassAsync(string script, IEnumerable<Cell> cells, string name)
    {
        Task<IReadOnlyDictionary<string, string?>> run;
        lock (Gate)
        {
            run = Runs.TryGetValue(script, out var begun) ? begun : Runs[script] = NodeCells.RunAsync(script, fleet, fleet.Edge, cells);
        }

        var outcomes = await run;
        outcomes.Keys.ShouldContain(name);
        outcomes[name].ShouldBeNull();
    }
}
