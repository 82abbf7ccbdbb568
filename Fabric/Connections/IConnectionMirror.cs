namespace Fabric.Connections;

/// <summary>Is told what a table holds, change by change, so that it is known after whoever keeps the table has ended.</summary>
/// <remarks>Called by the table's owner in the middle of a change: must be quick, and must not fail.</remarks>
public interface IConnectionMirror
{
    /// <summary>A connection is at a place, as new or as seen by now. When it was seen last is not told: that changes all the time.</summary>
    void Put(int slot, in ConnectionRecord record);

    /// <summary>There is none at a place any more.</summary>
    void Remove(int slot);
}
