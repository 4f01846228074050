import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBRequestHandler;
import software.amazon.dynamodb.services.local.server.LocalDynamoDBServerHandler;

/**
 * DynamoDB Local in memory, on a free port of loopback, which it prints. It ends with its input.
 *
 * <p>DynamoDB Local's own main class listens on every interface and may send telemetry.
 */
public final class LoopbackServer {
    private LoopbackServer() {}

    public static void main(String[] arguments) throws Exception {
        var inMemory = true;
        var requests = new LocalDynamoDBRequestHandler(0, inMemory, null, false, false);
        var context = new ContextHandler();
        context.setHandler(new LocalDynamoDBServerHandler(requests, null));
        var server = new Server(new InetSocketAddress("127.0.0.1", 0));
        server.setHandler(context);
        server.start();
        System.out.println(((ServerConnector) server.getConnectors()[0]).getLocalPort());
        System.in.transferTo(java.io.OutputStream.nullOutputStream());
        System.exit(0);
    }
}
