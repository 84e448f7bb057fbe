using GlobalGateway.Cli.CommandLine;
using System.Globalization;
using GlobalGateway.Cli.Watching;
using Spectre.Console;

namespace GlobalGateway.Cli.Up;

/// <summary>The regions of a fleet side by side, within 80 columns, and what is degraded.</summary>
internal static class RegionTable
{
    public static Rows Of(IReadOnlyCollection<EdgeView> edges, SourceView? source)
    {
        var table = new Table().NoBorder();
        string[] titles = ["region", "state", "rev", "req/s", "p50", "p99", "errors", "attempts"];
        foreach (var title in titles)
        {
            var column = new TableColumn(title).NoWrap().Padding(1, 0, 1, 0);
            table.AddColumn(title is "region" or "state" or "rev" ? column : column.RightAligned());
        }

        foreach (var edge in edges)
        {
            var rates = edge.Rates;
            var idle = rates.PerSecond == 0;
            table.AddRow(
                new Text(edge.Region),
                new Text(edge.State, StyleOf(edge.State)),
                new Text(edge.Revision ?? "-"),
                new Text(UnitText.PerSecond(rates.PerSecond)),
                new Text(UnitText.Time(rates.P50)),
                new Text(UnitText.Time(rates.P99)),
                new Text(idle ? "-" : UnitText.Percent(rates.ErrorShare), rates.ErrorShare > 0 ? new Style(Color.Red) : Style.Plain),
                new Text(idle ? "-" : rates.Attempts.ToString("0.00", CultureInfo.InvariantCulture)));
        }

        // Below the table, because beside it they would not fit 80 columns.
        var notes = edges.Where(edge => edge.Note.Length > 0).Select(edge => new Text($" ! {edge.Region}: {edge.Note}"));
        var errors = source is { Errors: [var first, ..] }
            ? new[] { new Text($" ✗ {first}"), new Text($" ! {Counted.Of(source.Errors.Count, "error")} in the configuration (gg status shows all); every edge serves rev {source.Revision}") }
            : [];
        return new Rows([table, .. notes, .. errors]);
    }

    /// <summary>Colour repeats what the word says.</summary>
    private static Style StyleOf(string state) => state switch
    {
        "ready" => new Style(Color.Green),
        "draining" or "starting" => new Style(Color.Yellow),
        _ => new Style(Color.Red),
    };
}
