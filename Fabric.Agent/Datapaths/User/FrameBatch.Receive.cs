using Fabric.Agent.Host.Interop;

namespace Fabric.Agent.Datapaths.User;

/// <content>The receiving side: vectors that point into the slots.</content>
public sealed unsafe partial class FrameBatch
{
    private readonly ReceiveVectors* _vectors;
    private int _filled = Capacity;

    /// <summary>Forgets all frames and readies the vectors for recvmmsg.</summary>
    internal MultiMessageHeader* PrepareReceive()
    {
        Count = 0;
        for (var i = 0; i < _filled; i++)
        {
            // The kernel writes over the room that it is told of.
            _vectors->Messages[i].ControlBytes = (nuint)sizeof(AuxiliaryData);
            _vectors->Controls[i].LengthBytes = 0;
        }
        _filled = 0;
        return (MultiMessageHeader*)&_vectors->Messages;
    }

    /// <summary>Takes in what recvmmsg filled, and puts stripped VLAN tags back.</summary>
    /// <param name="count">How many messages it filled.</param>
    /// <param name="totalBytes">The length of all frames.</param>
    /// <returns>How many frames were too long; they are empty.</returns>
    internal int Accept(int count, out long totalBytes)
    {
        Count = count;
        _filled = count;
        totalBytes = 0;
        var truncated = 0;
        for (var i = 0; i < count; i++)
        {
            ref var message = ref _vectors->Messages[i];
            var length = Math.Max(0, (int)message.TransferredBytes - VirtioNetHeader.LengthBytes);
            if ((message.Flags & Libc.MSG_TRUNC) != 0)
            {
                length = 0;
                truncated++;
            }
            Place(i, HeadroomBytes, length);
            if (_vectors->Controls[i].TryGetVlan(out var tpid, out var tci))
            {
                TryPushVlan(i, tpid, tci);
            }
            totalBytes += _lengths[i];
        }
        return truncated;
    }

    // The places never change; only the frames in them may begin earlier or later.
    private void Point()
    {
        for (var i = 0; i < Capacity; i++)
        {
            var pieces = (IoVector*)&_vectors->Pieces + (2 * i);
            pieces[0] = new IoVector { Base = HeaderAddress(i), LengthBytes = VirtioNetHeader.LengthBytes };
            pieces[1] = new IoVector { Base = _memory + ((nint)i * SlotBytes) + HeadroomBytes, LengthBytes = MaxFrameBytes };
            _vectors->Messages[i] = new MultiMessageHeader
            {
                Vectors = pieces,
                VectorCount = 2,
                Control = (AuxiliaryData*)&_vectors->Controls + i,
            };
        }
    }
}
