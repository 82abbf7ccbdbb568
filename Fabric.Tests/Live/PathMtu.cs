using System.Net.Sockets;

namespace Fabric.Tests.Live;

/// <summary>What a socket's stack knows of how much passes on its way.</summary>
internal static class PathMtu
{
    private const int Ip = 0;
    private const int Ipv6 = 41;

    /// <summary>IP_MTU_DISCOVER, IPV6_MTU_DISCOVER: packets are cut by whoever needs it, or never.</summary>
    public static void Discover(Socket socket, bool isWanted)
    {
        var (level, option) = IsV6(socket) ? (Ipv6, 23) : (Ip, 10);
        socket.SetRawSocketOption(level, option, BitConverter.GetBytes(isWanted ? 2 : 0));
    }

    /// <summary>Sends a datagram; true if the stack knows that it does not pass.</summary>
    public static bool IsTooLong(Socket socket, int length)
    {
        try
        {
            socket.Send(new byte[length]);
            return false;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.MessageSize)
        {
            return true;
        }
    }

    /// <summary>IP_MTU, IPV6_MTU: the longest packet that passes, of a socket that is connected.</summary>
    public static int Of(Socket socket)
    {
        var value = new byte[sizeof(int)];
        var (level, option) = IsV6(socket) ? (Ipv6, 24) : (Ip, 14);
        socket.GetRawSocketOption(level, option, value);
        return BitConverter.ToInt32(value);
    }

    private static bool IsV6(Socket socket) => socket.AddressFamily == AddressFamily.InterNetworkV6;
}
