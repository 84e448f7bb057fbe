using System.Globalization;
using GlobalGateway.Cli.Watching;
using Spectre.Console;

namespace GlobalGateway.Cli.Up;

/// <summary>The regions of a fleet side by side, within 80 columns.</summary>
internal static class RegionTable
{
    private const int ColumnsWidth = 74;

    public static Table Of(IEnumerable<EdgeView> edges, int screenWidth)
    {
        var noteMax = Math.Max(20, screenWidth - ColumnsWidth);
        var table = new Table().NoBorder();
        string[] titles = ["region", "state", "rev", "req/s", "p50", "p99", "errors", "attempts", ""];
        foreach (var title in titles)
        {
            var column = new TableColumn(title).NoWrap().Padding(1, 0, 1, 0);
            table.AddColumn(title is "region" or "state" or "rev" or "" ? column : column.RightAligned());
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
                new Text(idle ? "-" : rates.Attempts.ToString("0.00", CultureInfo.InvariantCulture)),
                new Text(edge.Note.Length <= noteMax ? edge.Note : edge.Note[..(noteMax - 1)] + "…"));
        }

        return table;
    }

    /// <summary>Colour repeats what the word says.</summary>
    private static Style StyleOf(string state) => state switch
    {
        "ready" => new Style(Color.Green),
        "draining" or "starting" => new Style(Color.Yellow),
        _ => new Style(Color.Red),
    };
}
