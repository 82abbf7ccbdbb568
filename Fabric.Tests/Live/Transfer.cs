using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Fabric.Addresses;
using Fabric.Agent.Host;

namespace Fabric.Tests.Live;

/// <summary>Sends seeded noise over one TCP connection between namespaces.</summary>
internal static class Transfer
{
    /// <summary>The hash of what went in and of what came out.</summary>
    public static (string Sent, string Received) Run(string from, string to, IpAddress target, int lengthBytes)
    {
        var family = target.Family == IpFamily.V6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        using var listener = NetworkNamespace.Run(to, () => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Parse(target.ToString()), 0));
        listener.Listen();
        using var client = NetworkNamespace.Run(from, () => new Socket(family, SocketType.Stream, ProtocolType.Tcp));
        client.ConnectAsync(listener.LocalEndPoint!).WaitAsync(LiveTest.Patience).GetAwaiter().GetResult();
        using var accepted = listener.Accept();
        return Run(client, accepted, lengthBytes);
    }

    /// <summary>The same over a connection that is there.</summary>
    public static (string Sent, string Received) Run(Socket from, Socket to, int lengthBytes)
    {
        foreach (var socket in (Socket[])[from, to])
            socket.SendTimeout = socket.ReceiveTimeout = (int)LiveTest.Patience.TotalMilliseconds;

        var data = new byte[lengthBytes];
        new Random(20_931).NextBytes(data);
        var received = Task.Run(() => Hash(to));
        from.Send(data);
        from.Shutdown(SocketShutdown.Send);
        return (Convert.ToHexString(SHA256.HashData(data)), received.WaitAsync(LiveTest.Patience).GetAwaiter().GetResult());
    }

    private static string Hash(Socket socket)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 18];
        for (int length; (length = socket.Receive(buffer)) > 0; )
            hash.AppendData(buffer, 0, length);
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
