package itrust;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.apache.tomcat.dbcp.dbcp2.BasicDataSource;

/** The shared database: its address from database.properties, its password from the environment. */
final class Database implements AutoCloseable {
    private static final String CREATE_TABLE = """
            CREATE TABLE IF NOT EXISTS patients (
                id BIGINT AUTO_INCREMENT PRIMARY KEY,
                name VARCHAR(100) NOT NULL,
                born_on DATE NOT NULL,
                email VARCHAR(254) NULL,
                added_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
            ) CHARACTER SET utf8mb4""";

    private final BasicDataSource source;
    private final String address;
    private volatile boolean hasTable;

    private Database(BasicDataSource source, String address) {
        this.source = source;
        this.address = address;
    }

    static Database configured() {
        Properties settings = new Properties();
        try (InputStream file = Database.class.getResourceAsStream("/database.properties")) {
            if (file == null) {
                throw new IllegalStateException("database.properties is missing in the application.");
            }
            settings.load(file);
        } catch (IOException exception) {
            throw new IllegalStateException("database.properties cannot be read.", exception);
        }
        String address = required(settings, "address") + ":" + required(settings, "port");
        BasicDataSource source = new BasicDataSource();
        source.setDriverClassName("org.mariadb.jdbc.Driver");
        source.setUrl("jdbc:mariadb://" + address + "/" + required(settings, "name"));
        source.setUsername(required(settings, "user"));
        source.setPassword(System.getenv("DATABASE_PASSWORD"));
        // Nobody waits long for a database that is away: the health check must answer in time.
        source.addConnectionProperty("connectTimeout", "2000");
        source.addConnectionProperty("socketTimeout", "5000");
        source.setMaxTotal(8);
        source.setMaxWait(Duration.ofSeconds(3));
        source.setTestOnBorrow(true);
        source.setValidationQueryTimeout(Duration.ofSeconds(2));
        return new Database(source, address);
    }

    String address() {
        return address;
    }

    /** A connection to a database that has the table. */
    Connection connect() throws SQLException {
        Connection connection = source.getConnection();
        try {
            if (!hasTable) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(CREATE_TABLE);
                }
                hasTable = true;
            }
            return connection;
        } catch (SQLException exception) {
            connection.close();
            throw exception;
        }
    }

    @Override
    public void close() throws SQLException {
        source.close();
    }

    private static String required(Properties settings, String key) {
        String value = settings.getProperty(key, "").strip();
        if (value.isEmpty() || value.contains("{{")) {
            throw new IllegalStateException("database.properties has no value for '" + key + "'.");
        }
        return value;
    }
}
