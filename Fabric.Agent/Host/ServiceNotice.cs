using System.Net.Sockets;
using System.Text;

namespace Fabric.Agent.Host;

/// <summary>Tells systemd how the service is (sd_notify(3)); does nothing where systemd did not start it.</summary>
public static class ServiceNotice
{
    /// <summary>The service is up.</summary>
    public const string Ready = "READY=1";

    /// <summary>The service is about to end.</summary>
    public const string Stopping = "STOPPING=1";

    /// <summary>Sends a state; a notice that cannot be sent is no reason to fail.</summary>
    public static void Send(string state)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path)
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            // A leading @ stands for the zero byte of the abstract namespace.
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
            socket.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (SocketException) { }
    }
}
