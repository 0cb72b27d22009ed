package itrust;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What lives as long as the application: its version, its host's name, and the way to the database. */
public final class Application implements ServletContextListener {
    private static final Logger LOG = Logger.getLogger("itrust");

    private Database database;
    private String version;
    private String host;

    static Application of(ServletContext context) {
        return (Application) context.getAttribute(Application.class.getName());
    }

    /** Opens no connection yet: without the database the application starts, and says that it is not healthy. */
    @Override
    public void contextInitialized(ServletContextEvent event) {
        version = readVersion();
        host = hostName();
        database = Database.configured();
        event.getServletContext().setAttribute(Application.class.getName(), this);
        LOG.log(Level.INFO, "iTrust {0} on {1}, database at {2}", new Object[] {version, host, database.address()});
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        if (database == null) {
            return;
        }
        try {
            database.close();
        } catch (SQLException exception) {
            LOG.log(Level.WARNING, "The database connections did not close", exception);
        }
    }

    Database database() {
        return database;
    }

    String version() {
        return version;
    }

    String host() {
        return host;
    }

    private static String readVersion() {
        try (InputStream file = Application.class.getResourceAsStream("/version.txt")) {
            if (file == null) {
                throw new IllegalStateException("version.txt is missing in the application.");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException exception) {
            throw new IllegalStateException("version.txt cannot be read.", exception);
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException exception) {
            LOG.log(Level.WARNING, "This host cannot resolve its own name", exception);
            return "unknown";
        }
    }
}
