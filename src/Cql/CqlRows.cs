using System.Collections;

namespace GlobalGateway.Cql;

/// <summary>The rows of one answer; empty for a statement that gives none.</summary>
/// <param name="pagingState">Empty at the end.</param>
public sealed class CqlRows(IReadOnlyList<CqlRow> rows, ReadOnlyMemory<byte> pagingState) : IReadOnlyList<CqlRow>
{
    public static CqlRows None { get; } = new([], default);

    public int Count => rows.Count;

    /// <summary>Given to the next call for the rows after these; empty when there are none.</summary>
    public ReadOnlyMemory<byte> PagingState => pagingState;

    /// <summary>Of a conditional statement: whether its condition held.</summary>
    public bool WasApplied => rows is [{ } row, ..] && row.Boolean("[applied]");

    public CqlRow this[int index] => rows[index];

    public IEnumerator<CqlRow> GetEnumerator() => rows.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
