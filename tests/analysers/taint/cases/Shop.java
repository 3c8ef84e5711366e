package shop;

import java.io.File;
import java.io.FileInputStream;
import java.io.ObjectInputStream;
import java.net.URL;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import javax.xml.xpath.XPath;

public class Shop extends HttpServlet {
  private String kept;
  private final String fixed = "ls";

  protected void doGet(HttpServletRequest request, HttpServletResponse response, Connection db) throws Exception {
    String name = request.getParameter("name");
    Statement statement = db.createStatement();
    statement.executeQuery("SELECT * FROM item WHERE name = '" + name + "'"); // hit sql
    statement.executeQuery(String.format("SELECT * FROM item WHERE name = '%s'", name)); // hit sql
    db.prepareStatement("SELECT * FROM item WHERE name = ?").setString(1, name); // ok
    statement.executeQuery("SELECT * FROM item WHERE id = " + Integer.parseInt(name)); // ok
    StringBuilder text = new StringBuilder("SELECT ");
    text.append(name);
    statement.executeQuery(text.toString()); // hit sql
    Runtime.getRuntime().exec("ls " + name); // hit command
    new ProcessBuilder("sh", "-c", name).start(); // hit command
    new FileInputStream(new File("/srv", name)); // hit path
    response.getWriter().println("<p>" + name); // hit html
    response.getWriter().println("<p>" + org.owasp.encoder.Encode.forHtml(name)); // ok
    response.sendRedirect(name); // hit redirect
    response.sendRedirect("/user/" + name); // ok
    new URL(name).openStream(); // hit ssrf
    new ObjectInputStream(request.getInputStream()).readObject(); // hit deserialise
    kept = name;
    later();
  }

  private void later() throws Exception {
    Runtime.getRuntime().exec(kept); // hit command
    Runtime.getRuntime().exec(fixed); // ok
  }

  void constants(HttpServletRequest request, Statement statement, XPath xpath) throws Exception {
    String value = request.getParameter("x");
    int number = 106;
    String chosen = (7 * 18) + number > 200 ? "fixed" : value;
    statement.executeQuery("SELECT " + chosen); // ok
    Map<String, Object> map = new HashMap<>();
    map.put("a", "fixed");
    map.put("b", value);
    statement.executeQuery("SELECT " + map.get("a")); // ok
    statement.executeQuery("SELECT " + map.get("b")); // hit sql
    List<String> list = new ArrayList<>();
    list.add("fixed");
    list.add(value);
    statement.executeQuery("SELECT " + list.get(0)); // ok
    statement.executeQuery("SELECT " + list.get(1)); // hit sql
    switch ("ABC".charAt(1) + "") {
      case "A":
        chosen = value;
        break;
      default:
        chosen = "b";
    }
    statement.executeQuery("SELECT " + chosen); // ok
    xpath.evaluate("//user[@id='" + value + "']", null); // hit xpath
    if (value.matches("[a-z]+")) {
      statement.executeQuery("SELECT " + value); // ok
    }
    if (value.equals("item")) {
      statement.executeQuery("SELECT " + value); // ok
    }
  }
}

@RestController
class Pages {
  @GetMapping("/greet")
  String greet(@RequestParam String name) {
    return "<p>" + name; // hit html
  }

  @GetMapping("/count")
  String count(@RequestParam int count) {
    return "<p>" + count; // ok
  }

  @GetMapping("/open")
  Object open(@PathVariable String file) throws Exception {
    return new FileInputStream("/srv/" + file); // hit path
  }
}
